import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LabError } from '../../contract/labError.ts';
import type { ConsoleTransport } from '../transport.ts';

/** A transport that was not opened yet, and the far end of its line. */
export interface TransportRig {
  readonly transport: ConsoleTransport;
  /** The far end prints. */
  print(bytes: Uint8Array): void;
  /** Everything that reached the far end. */
  typed(): Buffer;
  /** The far end goes away; null where it cannot. */
  readonly hangUp: (() => Promise<void>) | null;
  dispose(): Promise<void>;
}

const never = new AbortController().signal;
const waiting = { timeout: 8_000, interval: 5 };
const allBytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));

/** What every transport promises. */
export function describeConsoleTransport(name: string, makeRig: () => Promise<TransportRig>): void {
  describe(`console transport ${name}`, () => {
    let rig: TransportRig;
    let received: Uint8Array[];
    let ends: (LabError | null)[];
    beforeEach(async () => {
      rig = await makeRig();
      received = [];
      ends = [];
      rig.transport.onDidReceive((bytes) => received.push(bytes));
      rig.transport.onDidClose((reason) => ends.push(reason));
    });
    afterEach(async () => {
      await rig.transport.close();
      await rig.dispose();
    });

    test('every byte arrives unchanged and in order, both ways', async () => {
      await rig.transport.open(never);
      const printed = Buffer.concat(Array.from({ length: 64 }, () => allBytes));
      rig.print(printed);
      await rig.transport.write(allBytes);
      await rig.transport.write(Buffer.from('second'));
      await vi.waitFor(() => {
        expect(Buffer.concat(received).equals(printed)).toBe(true);
        expect(rig.typed().equals(Buffer.concat([allBytes, Buffer.from('second')]))).toBe(true);
      }, waiting);
    });

    test('bytes that were handed on are never written into again', async () => {
      const copies: Buffer[] = [];
      rig.transport.onDidReceive((bytes) => copies.push(Buffer.from(bytes)));
      await rig.transport.open(never);
      let printedBytes = 0;
      for (let fill = 1; fill <= 40; fill += 1) {
        rig.print(Buffer.alloc(5_000, fill));
        printedBytes += 5_000;
        await vi.waitFor(() => expect(Buffer.concat(copies).length).toBe(printedBytes), waiting);
      }
      expect(Buffer.concat(received).equals(Buffer.concat(copies))).toBe(true);
    });

    test('closed by us, it says so once, hears nothing more and takes nothing more', async () => {
      await rig.transport.open(never);
      await rig.transport.close();
      await rig.transport.close();
      rig.print(allBytes);
      await expect(rig.transport.write(allBytes)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
      expect(ends).toEqual([null]);
      expect(received).toEqual([]);
    });

    test('what can be done beside bytes can no longer be done once it is closed', async () => {
      await rig.transport.open(never);
      const { control } = rig.transport;
      await rig.transport.close();
      if (control?.can.sendBreak)
        await expect(control.sendBreak(1)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
    });

    test('the far end goes away: told once, with a reason; writing fails', async () => {
      if (!rig.hangUp) return;
      await rig.transport.open(never);
      await rig.hangUp();
      await vi.waitFor(() => expect(ends).toMatchObject([{ code: 'DEVICE_GONE' }]), waiting);
      await expect(rig.transport.write(allBytes)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
      await rig.transport.close();
      expect(ends.length).toBe(1);
    });

    test('given up before it opened, it opens nothing', async () => {
      const reason = new Error('changed my mind');
      await expect(rig.transport.open(AbortSignal.abort(reason))).rejects.toBe(reason);
      rig.print(allBytes);
      expect(received).toEqual([]);
    });
  });
}
