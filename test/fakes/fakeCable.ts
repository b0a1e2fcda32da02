import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeTty, openFakeTty } from './ptyPair.ts';

export interface FakeCableOptions {
  /** Where its node is; a fresh folder by default. */
  readonly device?: string;
  readonly bitOrder?: 'lsb' | 'msb';
  readonly digits?: 'ascii' | 'hex';
  /** It acts on a line feed only. */
  readonly newline?: boolean;
  /** What it holds when it is plugged in. */
  readonly power?: boolean;
  readonly leds?: readonly [boolean, boolean, boolean];
}

/**
 * The ACM power cable as a device: it decodes what arrives on a pty, switches its outlet and its LEDs, and knows
 * nothing of Labdeck's code. Losing its plug it loses its state, as a microcontroller without supply does.
 */
export class FakeCable {
  /** The node to bind (`by: 'device'`): a link that comes and goes with the plug. */
  readonly device: string;
  /** Every command it acted on, as written: `'5'`, or `'5\n'` in the newline dialect. */
  readonly received: string[] = [];
  /** What arrived and was no command. */
  readonly garbage: string[] = [];
  power: boolean;
  leds: [boolean, boolean, boolean];
  readonly #options: FakeCableOptions;
  readonly #folder: string | null;
  readonly #listeners = new Set<(on: boolean) => void>();
  #tty: FakeTty | null = null;
  #line = '';

  private constructor(options: FakeCableOptions) {
    this.#options = options;
    this.#folder = options.device ? null : mkdtempSync(path.join(tmpdir(), 'labdeck-cable-'));
    this.device = options.device ?? path.join(this.#folder ?? '', 'cable');
    this.power = options.power ?? false;
    this.leds = [...(options.leds ?? [false, false, false])];
  }

  static async plugIn(options: FakeCableOptions = {}): Promise<FakeCable> {
    const cable = new FakeCable(options);
    await cable.#open();
    return cable;
  }

  /** Its outlet switched: true is on. Also called when the plug is pulled from a cable that was on. */
  onPower(listener: (on: boolean) => void): void {
    this.#listeners.add(listener);
  }

  async unplug(): Promise<void> {
    await this.#tty?.close();
    this.#tty = null;
    this.leds = [false, false, false];
    this.#switch(false);
  }

  async replug(): Promise<void> {
    if (this.#tty) await this.unplug();
    await this.#open();
  }

  /** It takes no byte any more, as firmware that crashed: its buffers are full. */
  async hang(): Promise<void> {
    this.#tty?.freeze();
    // The kernel moves bytes between two buffers a moment later, which makes room again.
    for (let refused = 0; refused < 5; await sleep(10)) refused = fill(this.device) ? 0 : refused + 1;
  }

  /** It is slow: what it is told waits until it recovers. */
  pause(): void {
    this.#tty?.freeze();
  }

  recover(): void {
    this.#tty?.thaw();
  }

  /** Resolves once it has acted on `count` commands in all; rejects after ten seconds. */
  async heard(count: number): Promise<string[]> {
    const deadlineMs = performance.now() + 10_000;
    while (this.received.length < count) {
      if (performance.now() > deadlineMs)
        throw new Error(`the cable heard ${JSON.stringify(this.received)}, not ${count} commands`);
      await sleep(5);
    }
    return this.received;
  }

  async dispose(): Promise<void> {
    await this.#tty?.close();
    this.#tty = null;
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  async #open(): Promise<void> {
    this.#line = '';
    const tty = await openFakeTty(this.device);
    tty.onData((bytes) => {
      for (const character of bytes.toString('latin1')) this.#take(character);
    });
    this.#tty = tty;
  }

  #take(character: string): void {
    if (!this.#options.newline) this.#act(character, character);
    else if (character === '\n') {
      const line = this.#line;
      this.#line = '';
      this.#act(line, `${line}\n`);
    } else this.#line += character;
  }

  #act(digit: string, written: string): void {
    const alphabet = this.#options.digits === 'hex' ? '0123456789ABCDEF' : '0123456789:;<=>?';
    const value = digit.length === 1 ? alphabet.indexOf(digit) : -1;
    if (value < 0) {
      this.garbage.push(written);
      return;
    }
    const bit = (index: number) =>
      (value & (1 << (this.#options.bitOrder === 'msb' ? 3 - index : index))) !== 0;
    this.received.push(written);
    this.leds = [bit(1), bit(2), bit(3)];
    this.#switch(bit(0));
  }

  #switch(on: boolean): void {
    if (on === this.power) return;
    this.power = on;
    for (const listener of this.#listeners) listener(on);
  }
}

/** Writes until nothing more is taken; false when nothing was. */
function fill(device: string): boolean {
  const fd = openSync(device, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  let taken = 0;
  try {
    for (;;) taken += writeSync(fd, 'z'.repeat(64));
  } catch {
    return taken > 0; // EAGAIN
  } finally {
    closeSync(fd);
  }
}
