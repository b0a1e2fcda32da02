import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import type { IndexRecord, RecordKind } from '../recording/indexCodec.ts';
import { RuleEngine } from '../rules/ruleEngine.ts';
import { OutputWatch } from '../scan/outputWatch.ts';
import { BootTracker } from './bootTracker.ts';
import { compareBoots } from './compareBoots.ts';
import type { BootRecording } from './replay.ts';
import { StageTable } from './stageTable.ts';

const table = new StageTable();

/** A recording in memory, and the clocks it is written by. */
class FakeRecording implements BootRecording {
  bytes = Buffer.alloc(0);
  records: IndexRecord[] = [];
  startOffset = 0;
  wallMs = 1_700_000_000_000;
  monotonicMs = 0;
  reads = 0;

  get endOffset(): number {
    return this.bytes.length;
  }

  pass(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }

  note(kind: RecordKind, payload: IndexRecord['payload'] = null): void {
    this.records.push({ kind, timeMs: this.wallMs, offset: this.endOffset, payload });
  }

  append(text: string): void {
    this.note('rx');
    this.bytes = Buffer.concat([this.bytes, Buffer.from(text)]);
  }

  /** What else happens while the next read is under way. */
  meanwhile: (() => void) | null = null;

  async read(offset: number, maxBytes: number): Promise<Uint8Array> {
    this.reads += 1;
    const { meanwhile } = this;
    this.meanwhile = null;
    meanwhile?.();
    return this.bytes.subarray(offset, offset + maxBytes);
  }

  readRecords(from: number, to: number): AsyncIterable<IndexRecord> {
    return recordsOf([...this.records], from, to);
  }
}

async function* recordsOf(records: IndexRecord[], from: number, to: number): AsyncGenerator<IndexRecord> {
  const arrival = records.findLast((r) => r.kind === 'rx' && r.offset < from);
  if (arrival) yield arrival;
  for (const record of records) if (record.offset >= from && record.offset <= to) yield record;
}

/** A console as the core has it: what is printed is recorded, then watched. */
class Bench {
  readonly recording: FakeRecording;
  readonly boots: BootTracker;
  readonly watch: OutputWatch;
  readonly faults: string[] = [];

  constructor(recording: FakeRecording) {
    this.recording = recording;
    const monotonicMs = () => recording.monotonicMs;
    const clock = { nowMs: () => recording.wallMs, monotonicMs, sleep: () => Promise.resolve() };
    this.boots = new BootTracker({ recording, path, table, clock, logger: silentLogger, monotonicMs });
    this.boots.onDidFault(({ kind }) => this.faults.push(kind));
    const actions = {
      send: async () => {},
      mark: () => {},
      notify: () => {},
      powerOff: async () => {},
      powerStaysOn: () => {},
      showState: () => {},
    };
    const rules = new RuleEngine({ actions, enter: () => '\r', clock, monotonicMs, logger: silentLogger });
    this.watch = new OutputWatch({ boots: this.boots, rules, monotonicMs });
  }

  static async start(recording = new FakeRecording()): Promise<Bench> {
    const bench = new Bench(recording);
    await bench.boots.start();
    return bench;
  }

  prints(text: string): void {
    const offset = this.recording.endOffset;
    this.recording.append(text);
    this.watch.printed(Buffer.from(text), offset, this.recording.wallMs);
    this.recording.pass(100);
  }

  power(on: boolean): void {
    this.recording.note('power', { state: on ? 'on' : 'off' });
    this.watch.power(on, this.recording.endOffset, this.recording.wallMs);
    this.recording.pass(100);
  }

  bootsUp(): void {
    this.power(true);
    this.prints('\nU-Boot 2024.01 (Jan 10 2024)\n');
    this.prints('Hit any key\nStarting kernel ...\n[    0.0] Linux version 6.6.0\n');
    this.prints('[    1.5] Run /sbin/init as init process\n');
    this.prints('host login: ');
  }
}

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-boots-'));
  path = join(dir, 'boots.jsonl');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('what was recorded while nobody followed is found out from the recording, exactly as if somebody had', async () => {
  const live = await Bench.start();
  live.bootsUp();
  live.prints('root\n');
  live.recording.wallMs -= 7_200_000;
  live.recording.note('clock', { stepMs: -7_200_000 });
  live.prints('[ 99.9] Kernel panic - not syncing: dead\n');
  live.bootsUp();
  live.power(false);
  live.bootsUp();
  expect(live.boots.list(10).map(({ outcome }) => outcome)).toEqual(['good', 'good', 'failed']);
  expect(live.faults).toEqual(['panic']);
  await live.boots.close();

  rmSync(path);
  const later = await Bench.start(live.recording);
  expect(later.boots.list(10)).toEqual(live.boots.list(10));
  expect(later.faults).toEqual([]);
  await later.boots.close();
});

test('what is known already is not read again, and a boot under way goes on', async () => {
  const first = await Bench.start();
  first.bootsUp();
  await first.boots.close();
  const { recording } = first;
  recording.reads = 0;
  recording.monotonicMs = 5;
  const second = await Bench.start(recording);
  expect(recording.reads).toBeLessThanOrEqual(1);
  second.prints('root\nroot@host:~# ');
  expect(second.boots.present).toMatchObject({ bootId: 1, outcome: 'good' });
  expect(second.boots.present?.stages.map(({ stage, durationMs }) => [stage, durationMs])).toEqual([
    ['u-boot', 100],
    ['kernel', 100],
    ['userspace', 100],
    ['login', 100],
    ['shell', null],
  ]);
  await second.boots.close();
});

test('a file that is torn, or ahead of what reached the disk, costs no boot', async () => {
  const first = await Bench.start();
  first.bootsUp();
  first.power(false);
  first.bootsUp();
  await first.boots.close();
  const boots = first.boots.list(10);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const ahead = (lines.at(-1) ?? '').replace(/"scannedTo":\d+/, '"scannedTo":99999999');
  writeFileSync(path, `rubbish\n${lines.join('\n')}\n${ahead}\n{"scannedTo":12,"bo`);
  const second = await Bench.start(first.recording);
  expect(second.boots.list(10)).toEqual(boots);
  await second.boots.close();
});

test('boots are listed newest first, in pages, without those whose bytes are gone', async () => {
  const bench = await Bench.start();
  for (let boot = 0; boot < 4; boot += 1) {
    bench.bootsUp();
    bench.power(false);
  }
  expect(bench.boots.list(2).map(({ bootId }) => bootId)).toEqual([4, 3]);
  expect(bench.boots.list(2, 3).map(({ bootId }) => bootId)).toEqual([2, 1]);
  bench.recording.startOffset = bench.boots.get(2).fromOffset;
  expect(bench.boots.list(10).map(({ bootId }) => bootId)).toEqual([4, 3, 2]);
  await bench.boots.close();
});

test('what is printed and switched while the past is read counts once', async () => {
  const recording = new FakeRecording();
  recording.append('login: \n'.repeat(10));
  const bench = new Bench(recording);
  const unwatched: { bytes: Buffer; offset: number }[] = [];
  // As a console does: what trickles in is looked at a little later.
  const prints = (text: string) => {
    unwatched.push({ bytes: Buffer.from(text), offset: recording.endOffset });
    recording.append(text);
  };
  const look = () => {
    for (const { bytes, offset } of unwatched.splice(0)) bench.watch.printed(bytes, offset, recording.wallMs);
  };
  recording.meanwhile = () => {
    bench.power(true);
    prints('\nU-Boot SPL 20');
    recording.meanwhile = () => {
      look();
      bench.power(false);
      bench.power(true);
      prints('\nU-Boot SPL 2024.01 (Jan)\nU-Boot 20');
      recording.meanwhile = () => prints('24.01 (Jan)\nStarting ker');
    };
  };
  await bench.boots.start();
  look();
  prints('nel ...\n');
  look();
  const stages = bench.boots.list(9).map(({ stages: all }) => all.map(({ stage }) => stage).join(' '));
  expect(stages).toEqual(['spl u-boot kernel', '']);
  expect(bench.faults).toEqual([]);
  await bench.boots.close();
});

test('a power cycle at the very end of a recording is not read a second time', async () => {
  const first = await Bench.start();
  first.bootsUp();
  first.power(false);
  first.power(true);
  await first.boots.close();
  const second = await Bench.start(first.recording);
  expect(second.boots.list(9)).toEqual(first.boots.list(9));
  await second.boots.close();
});

test('a boot that came as output in single bytes is no other than one that came at once', async () => {
  const bench = await Bench.start();
  bench.power(true);
  for (const character of '\nU-Boot 2024.01 (Jan)\nStarting kernel ...\n[    0.0] Linux version 6.6.0\nhost login: ')
    bench.prints(character);
  expect(bench.boots.present?.stages.map(({ stage }) => stage)).toEqual(['u-boot', 'kernel', 'login']);
  await bench.boots.close();
});

test('two boots are compared without their times and addresses, and with when each line came', async () => {
  const bench = await Bench.start();
  const boots = (lines: readonly string[]) => {
    bench.power(true);
    for (const line of lines) bench.prints(`${line}\r\n`);
    bench.prints('host login: ');
    bench.power(false);
  };
  boots(['U-Boot 2024.01', '[    0.1] mem at 0x1000', 'eth0: link up 1000 Mbps', 'mmc0: ok', 'only before']);
  boots(['U-Boot 2024.01', '[    0.7] mem at 0x2000', 'eth0: link up 100 Mbps', 'usb: new here', 'mmc0: ok']);
  const pair = { left: bench.boots.get(1), right: bench.boots.get(2) };
  const { rows, changes } = await compareBoots(bench.recording, pair, new AbortController().signal);
  expect(rows.map(({ kind, left, right }) => [kind, left?.text ?? null, right?.text ?? null])).toEqual([
    ['same', 'U-Boot 2024.01', 'U-Boot 2024.01'],
    ['same', '[    0.1] mem at 0x1000', '[    0.7] mem at 0x2000'],
    ['changed', 'eth0: link up 1000 Mbps', 'eth0: link up 100 Mbps'],
    ['added', null, 'usb: new here'],
    ['same', 'mmc0: ok', 'mmc0: ok'],
    ['removed', 'only before', null],
    ['same', 'host login: ', 'host login: '],
  ]);
  expect(changes).toBe(3);
  expect(rows[2]?.right?.sincePowerOnMs).toBe(300);
  await bench.boots.close();
});

test('boots that have nothing in common are compared all the same, and soon', async () => {
  const bench = await Bench.start();
  for (const word of ['left', 'right']) {
    bench.power(true);
    bench.prints(Array.from({ length: 25_000 }, (_, n) => `${word} ${word}${n % 50} x${n % 7}\n`).join(''));
    bench.power(false);
  }
  const pair = { left: bench.boots.get(1), right: bench.boots.get(2) };
  const compared = await compareBoots(bench.recording, pair, new AbortController().signal);
  expect(compared.cutAtLines).toBe(20_000);
  expect(compared.changes).toBe(40_000);
  await bench.boots.close();
});

test('a boot that is not there is not found', async () => {
  const bench = await Bench.start();
  expect(() => bench.boots.get(7)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  await bench.boots.close();
});
