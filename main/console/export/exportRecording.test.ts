import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { type ExportRequest, exportRequest } from '../../contract/index.ts';
import { Recorder } from '../recording/recorder.ts';
import { recordingTimes } from '../recording/recordingTimes.ts';
import { exportRecording } from './exportRecording.ts';

let dir: string;
let recorder: Recorder;
let nowMs: number;
let upMs: number;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-export-'));
  nowMs = Date.UTC(2026, 10, 22, 12);
  upMs = 0;
  recorder = await Recorder.open(
    join(dir, 'main'),
    { nowMs: () => nowMs, monotonicMs: () => upMs, sleep: () => Promise.resolve() },
    silentLogger,
    { segmentBytes: 1000, steady: { monotonicMs: () => upMs, sinceBootMs: () => upMs } },
  );
});
afterEach(async () => {
  await recorder.close();
  rmSync(dir, { recursive: true, force: true });
});

function pass(ms: number): void {
  nowMs += ms;
  upMs += ms;
}

function print(text: string | Uint8Array, afterMs = 0): void {
  pass(afterMs);
  recorder.append(Buffer.from(text as string));
}

async function exported(format: ExportRequest['format'], more: object = {}): Promise<string> {
  const request = exportRequest.parse({ consoleId: 'b.main', format, ...more });
  const pieces: Uint8Array[] = [];
  for await (const piece of exportRecording(recorder, request)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** A board that is switched on, boots, and is typed at. */
function boot(): void {
  print('old\r\n');
  pass(60_000);
  recorder.note('power', { state: 'on' });
  print('\x1b[32mU-Boot\x1b[0m 20', 500);
  print('26.07\r\n\r\n', 100);
  print('=> ', 1_000);
  recorder.note('tx', { who: 'me', base64: Buffer.from('bo').toString('base64') });
  print('bo', 10);
  recorder.note('tx', { who: 'me', base64: Buffer.from('ot\r').toString('base64') });
  print('ot\r\nStarting', 10);
  recorder.note('mark', { text: 'here' });
  print(' kernel\r\n', 10);
}

test('text has a line for a line, without escape sequences, and what happened as lines of its own', async () => {
  boot();
  expect(await exported('text', { times: 'none' })).toBe(
    [
      'old',
      '-- power on --',
      'U-Boot 2026.07',
      '',
      '=> boot',
      '-- typed by me: boot⏎ --',
      'Starting',
      '-- here --',
      ' kernel',
      '',
    ].join('\n'),
  );
});

test('times count from power-on, also when it was before the part that is asked for', async () => {
  boot();
  const all = await exported('text', { times: 'power-on' });
  expect(all).toContain('[       0.000] old\n');
  expect(all).toContain('[       0.000] -- power on --\n');
  expect(all).toContain('[       0.500] U-Boot 2026.07\n');
  expect(all).toContain('[       1.600] => boot\n');
  const from = Number(Buffer.from(await exported('raw')).indexOf('=>'));
  expect((await exported('text', { times: 'power-on', from })).split('\n')[0]).toBe('[       1.600] => boot');
});

test('times since the line before, and by the host clock', async () => {
  boot();
  const delta = (await exported('text', { times: 'delta' })).split('\n');
  expect(delta.slice(1, 4)).toEqual([
    '+    60.000 -- power on --',
    '+     0.500 U-Boot 2026.07',
    '+     0.100 ',
  ]);
  const host = (await exported('text', { times: 'host' })).split('\n')[0] ?? '';
  expect(host).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000[+-]\d\d:\d\d old$/);
  expect(Date.parse(host.split(' ')[0] ?? '')).toBe(Date.UTC(2026, 10, 22, 12));
});

test('a host clock that is set does not change how long anything took', async () => {
  recorder.note('power', { state: 'on' });
  print('one\n', 1_000);
  nowMs -= 3_600_000;
  print('two\n', 1_000);
  expect(await exported('text', { times: 'power-on' })).toContain('[       2.000] two\n');
  expect(await exported('asciicast')).toContain('[2,"o","two\\n"]');
});

test('asciicast has the header, output, input and markers, and no character is torn', async () => {
  const smile = Buffer.from('é😀');
  for (const byte of smile) print(Uint8Array.of(byte), 5);
  recorder.note('tx', { who: 'me', base64: Buffer.from('x\r').toString('base64') });
  recorder.note('power', { state: 'off' });
  const [header, ...events] = (await exported('asciicast'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(header).toEqual({
    version: 2,
    width: 80,
    height: 24,
    timestamp: Math.floor((nowMs - 25) / 1000),
    title: 'b.main',
  });
  const kinds = events as [number, string, string][];
  expect(kinds.flatMap(([, kind, data]) => (kind === 'o' ? [data] : [])).join('')).toBe('é😀');
  expect(kinds.slice(-2).map(([, ...rest]) => rest)).toEqual([
    ['i', 'x\r'],
    ['m', 'power off'],
  ]);
  const times = kinds.map(([at]) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('any bytes export, endless lines and halves of characters among them', async () => {
  const wild = Buffer.from(
    Array.from({ length: 300_000 }, (_, i) => (i * i * 31 + i) % 256).filter((b) => b !== 10),
  );
  print(wild);
  expect(Buffer.byteLength(await exported('text', { times: 'none' }))).toBeGreaterThan(0);
  for (const line of (await exported('asciicast')).trimEnd().split('\n')) JSON.parse(line);
  const raw: Uint8Array[] = [];
  for await (const piece of exportRecording(recorder, exportRequest.parse({ consoleId: 'b.main' })))
    raw.push(piece);
  expect(Buffer.concat(raw).equals(wild)).toBe(true);
});

test('what is let go of while it is exported is left out, and the rest comes', async () => {
  for (let i = 0; i < 100; i++) {
    print(`line ${i}`.padEnd(999, '.').concat('\n'), 10);
    await recorder.flush();
  }
  for (const format of ['raw', 'text', 'asciicast'] as const) {
    let text = '';
    for await (const piece of exportRecording(
      recorder,
      exportRequest.parse({ consoleId: 'b.main', format }),
    )) {
      if (text === '')
        await recorder.removeSegments(
          new Set(
            recorder
              .segments()
              .slice(0, 10)
              .map(({ path }) => path),
          ),
        );
      text += Buffer.from(piece).toString();
    }
    expect(text).toContain('line 99');
  }
  expect(recorder.startOffset).toBeGreaterThan(0);
});

test('times of a range: when its bytes came, what happened, and the power-on before', async () => {
  boot();
  const { points, events, poweredOnAtMs } = await recordingTimes(recorder, 10, recorder.endOffset);
  expect(points[0]?.offset).toBeLessThanOrEqual(10);
  expect(events.map(({ text }) => text)).toEqual(['typed by me: bo', 'typed by me: ot⏎', 'here']);
  expect(poweredOnAtMs).toBe(Date.UTC(2026, 10, 22, 12) + 60_000);
  await expect(recordingTimes(recorder, 5, 4)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('points are thinned evenly, and the newest events stay', async () => {
  for (let i = 0; i < 45_000; i++) {
    pass(5);
    recorder.append(Uint8Array.of(65));
    if (i % 5 === 0) recorder.note('led', { detail: `${i}` });
  }
  const { points, events } = await recordingTimes(recorder, 0, 45_000);
  expect(points.length).toBeGreaterThan(10_000);
  expect(points.length).toBeLessThanOrEqual(20_000);
  const gaps = points.slice(1).map(({ offset }, i) => offset - (points[i]?.offset ?? 0));
  expect(new Set(gaps).size).toBe(1);
  expect(events).toHaveLength(5_000);
  expect(events.at(-1)?.text).toBe('44995');
});
