import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeBoardLine } from '../../test/fakes/fakeBoardLine.ts';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { viewerMaxLagBytes, viewerWindowBytes } from '../contract/index.ts';
import { LabError } from '../contract/labError.ts';
import { ConsoleLine } from './consoleLine.ts';
import { Recorder } from './recording/recorder.ts';
import type { ViewerEvent } from './viewer.ts';

let dir: string;
let wire: FakeBoardLine;
let line: ConsoleLine;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-line-'));
  wire = new FakeBoardLine();
  line = new ConsoleLine({
    recorder: await Recorder.open(join(dir, 'main'), systemClock, silentLogger),
    connect: wire.connect,
    baudRate: 115_200,
    clock: systemClock,
    logger: silentLogger,
  });
});
afterEach(async () => {
  await line.close(new LabError('DEVICE_GONE', 'test over'));
  rmSync(dir, { recursive: true, force: true });
});

/** A window's side of the byte stream; acknowledges at once unless told to dawdle. */
function watch(fromOffset: number, dawdle = false) {
  const seen = { text: '', bytes: 0, skipped: false, started: [] as ViewerEvent[] };
  const viewer = line.view(fromOffset, (event) => {
    if (event.type === 'started') seen.started.push(event);
    if (event.type === 'skipped') seen.skipped = true;
    if (event.type !== 'data') return;
    const { bytes } = event;
    seen.bytes += bytes.length;
    // Enough to read; a flood is only counted.
    if (seen.text.length < 1000) seen.text += Buffer.from(bytes).toString('latin1');
    if (!dawdle) queueMicrotask(() => viewer.ack(bytes.length));
  });
  return { seen, viewer };
}

test('a viewer that comes late reads what was printed before, then what follows, without a seam', async () => {
  await line.open();
  wire.print('U-Boot 20');
  const late = watch(0);
  wire.print('26.07\r\n');
  await vi.waitFor(() => expect(late.seen.text).toBe('U-Boot 2026.07\r\n'));
  expect(late.seen.started).toEqual([{ type: 'started', fromOffset: 0, liveOffset: 9 }]);
});

test('a viewer that reloads goes on at the very next byte', async () => {
  await line.open();
  wire.print('abc');
  const first = watch(0);
  await vi.waitFor(() => expect(first.seen.text).toBe('abc'));
  first.viewer.dispose();
  wire.print('def');
  const second = watch(3);
  await vi.waitFor(() => expect(second.seen.text).toBe('def'));
});

test('a viewer that never answers holds up neither the recording nor the others', async () => {
  await line.open();
  const stuck = watch(0, true);
  const quick = watch(0);
  const block = Buffer.alloc(64 * 1024, 0x61);
  const blocks = Math.ceil((viewerMaxLagBytes + 2 * viewerWindowBytes) / block.length);
  const total = blocks * block.length;
  for (let printed = block.length; printed <= total; printed += block.length) {
    wire.print(block);
    // No UART is faster than this reader: the recording must keep up with it, whoever dawdles.
    await vi.waitFor(() => expect(quick.seen.bytes).toBe(printed), { timeout: 5_000, interval: 1 });
  }
  expect(quick.seen.skipped).toBe(false);
  expect(stuck.seen.bytes).toBeLessThanOrEqual(viewerWindowBytes + 128 * 1024);
  stuck.viewer.ack(stuck.seen.bytes);
  await vi.waitFor(() => expect(stuck.seen.skipped).toBe(true));
  expect(line.recorder.endOffset).toBe(total);
}, 30_000);

test('typing into a line that is not there fails at once and is not sent later', async () => {
  wire.plugged = false;
  await line.open();
  expect(line.info.state).toBe('unplugged');
  await expect(line.write(Buffer.from('reset\r'), 'test')).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  wire.plugged = true;
  await vi.waitFor(() => expect(line.info.state).toBe('open'), 3_000);
  expect(wire.typed.toString()).toBe('');
});

test('a cable pulled in the middle of a write is reported to the writer, and the recording stays whole', async () => {
  await line.open();
  wire.print('before ');
  wire.blocked = true;
  const write = line.write(Buffer.from('x'.repeat(100)), 'test');
  await systemClock.sleep(10);
  wire.pull();
  await expect(write).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  expect(line.info.state).toBe('unplugged');
  wire.blocked = false;
  wire.plugged = true;
  await vi.waitFor(() => expect(line.info.state).toBe('open'), 3_000);
  wire.print('after');
  await line.recorder.flush();
  expect(readFileSync(join(dir, 'main', '000000000000000.raw'), 'latin1')).toBe('before after');
});

test('a port that another program holds is taken as soon as it is free', async () => {
  wire.heldBy = 'minicom (pid 4711)';
  await line.open();
  expect(line.info).toMatchObject({ state: 'busy', reason: 'in use by minicom (pid 4711)' });
  wire.heldBy = null;
  await vi.waitFor(() => expect(line.info.state).toBe('open'), 3_000);
});

test('two writers never mix within a piece', async () => {
  await line.open();
  await Promise.all([line.write(Buffer.from('aaaa'), 'one'), line.write(Buffer.from('bbbb'), 'two')]);
  expect(wire.typed.toString()).toBe('aaaabbbb');
});
