import { SerialEnd } from './serialEnd.ts';

/** Class requests of CDC's PSTN subclass. */
const request = {
  setLineCoding: 0x20,
  getLineCoding: 0x21,
  setControlLineState: 0x22,
  sendBreak: 0x23,
} as const;
const defaultCoding = Buffer.from([0x80, 0x25, 0, 0, 0, 0, 8]);

/** One serial line of a CDC-ACM device. */
export class AcmLine extends SerialEnd {
  dtr = false;
  rts = false;
  /** As the host set it; 0: never. */
  baudRate = 0;
  breaks = 0;
  #coding: Buffer = defaultCoding;

  /** What it prints while nobody has the port open is lost, as with a plain UART. */
  override print(text: string | Buffer): void {
    if (this.dtr) super.print(text);
  }

  control(code: number, value: number, data: Buffer): Buffer | null {
    if (code === request.getLineCoding) return this.#coding;
    if (code === request.setLineCoding) {
      this.#coding = Buffer.from(data);
      this.baudRate = data.readUInt32LE(0);
    } else if (code === request.setControlLineState) {
      this.rts = (value & 2) !== 0;
      this.dtr = (value & 1) !== 0;
    } else if (code === request.sendBreak) {
      if (value > 0) this.breaks += 1;
    } else return null;
    this.changed();
    return Buffer.alloc(0);
  }

  /** The host begins anew: what it had set is gone. */
  reset(): void {
    this.dtr = false;
    this.rts = false;
    this.changed();
  }
}
