import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type ConsoleId, LabError } from '../../contract/index.ts';
import { type Caller, type LeaseChange, LeaseTable } from './leaseTable.ts';

const line = 'beagle.main' as ConsoleId;
const ann: Caller = { clientId: 'w1', who: 'Ann', connected: true };
const ben: Caller = { clientId: 'w2', who: 'Ben', connected: true };
const job: Caller = { clientId: 'r1', who: 'nightly', connected: false };
const plain = { why: '', takeOver: false };

/** The wall clock, which somebody may set. */
let wallOffsetMs: number;
const clock: Clock = { ...systemClock, nowMs: () => Date.now() + wallOffsetMs };
let leases: LeaseTable;
let changes: LeaseChange[];

beforeEach(() => {
  vi.useFakeTimers();
  wallOffsetMs = 0;
  leases = new LeaseTable(clock);
  changes = [];
  leases.onDidChange((change) => changes.push(change));
});
afterEach(() => {
  leases.dispose();
  vi.useRealTimers();
});

function news(): (string | undefined)[] {
  return changes.map((change) => change.news?.text);
}

describe('typing', () => {
  test('takes a free console', () => {
    leases.use(line, ann);
    expect(leases.read(line)).toMatchObject({ holder: { who: 'Ann' }, kind: 'typing', idle: false });
  });

  test('is refused while another types, with the name', () => {
    leases.use(line, ann);
    expect(() => leases.use(line, ben)).toThrow(/Ann is typing/);
  });

  test('takes an idle console, and the one before is told', () => {
    leases.use(line, ann);
    vi.advanceTimersByTime(10_000);
    expect(leases.read(line)?.idle).toBe(true);
    leases.use(line, ben);
    expect(leases.read(line)?.holder.who).toBe('Ben');
    expect(changes.at(-1)?.news).toEqual({ text: 'Ben is typing', to: 'w1' });
  });

  test('keeps a console awake', () => {
    leases.use(line, ann);
    vi.advanceTimersByTime(9_000);
    leases.use(line, ann);
    vi.advanceTimersByTime(9_000);
    expect(leases.read(line)?.idle).toBe(false);
  });

  test('is forgotten after a minute of silence', () => {
    leases.use(line, ann);
    vi.advanceTimersByTime(61_000);
    expect(leases.read(line)).toBeNull();
    expect(changes.at(-1)?.lease).toBeNull();
  });

  test('never takes a console somebody took by name, however long it is silent', () => {
    leases.take(line, ann, plain);
    vi.advanceTimersByTime(3_600_000);
    expect(() => leases.use(line, ben)).toThrow(LabError);
  });
});

describe('taking', () => {
  test('is refused with LEASED while another has it', () => {
    leases.take(line, ann, { why: 'flashing', takeOver: false });
    expect(() => leases.take(line, ben, plain)).toThrow(/Ann has this console: flashing/);
  });

  test('over tells the one who had it', () => {
    leases.take(line, ann, plain);
    const { lease } = leases.take(line, ben, { why: 'urgent', takeOver: true });
    expect(lease.holder.who).toBe('Ben');
    expect(changes.at(-1)?.news).toEqual({ text: 'Ben took the console over: urgent', to: 'w1' });
  });

  test('again keeps the id and moves the end', () => {
    const first = leases.take(line, job, { ...plain, forMs: 5_000 });
    vi.advanceTimersByTime(3_000);
    const second = leases.take(line, job, { ...plain, forMs: 5_000 });
    expect(second.leaseId).toBe(first.leaseId);
    vi.advanceTimersByTime(4_000);
    expect(leases.read(line)).not.toBeNull();
    vi.advanceTimersByTime(2_000);
    expect(leases.read(line)).toBeNull();
  });

  test('by a client without a connection always has an end', () => {
    const { lease } = leases.take(line, job, plain);
    expect(lease.untilMs).toBe(Date.now() + 60_000);
  });
});

describe('the id of a lease', () => {
  test('names its holder', () => {
    const { leaseId } = leases.take(line, job, plain);
    expect(leases.callerOf(leaseId)).toBe(job);
  });

  test('is worth nothing once the console was taken over', () => {
    const { leaseId } = leases.take(line, job, plain);
    leases.take(line, ann, { why: '', takeOver: true });
    expect(() => leases.callerOf(leaseId)).toThrow(/ended/);
  });
});

describe('asking', () => {
  test('tells the holder, and release hands it on in turn', () => {
    leases.take(line, ann, plain);
    leases.ask(line, ben, 'one command');
    leases.ask(line, job, '');
    expect(news()).toContain('Ben asks for the console: one command');
    leases.release(line, ann);
    expect(leases.read(line)).toMatchObject({
      holder: { who: 'Ben' },
      why: 'one command',
      asks: [{ client: { who: 'nightly' } }],
    });
  });

  test('for a free console takes it', () => {
    expect(leases.ask(line, ben, '')).toMatchObject({
      lease: { holder: { who: 'Ben' } },
      leaseId: expect.any(String),
    });
  });

  test('gets it as soon as the holder stops typing', () => {
    leases.use(line, ann);
    leases.ask(line, ben, '');
    vi.advanceTimersByTime(10_000);
    expect(leases.read(line)?.holder.who).toBe('Ben');
  });
});

describe('a script', () => {
  const holder: Caller = { ...job, clientId: 'secret' };

  test('that types may take what it types on, and holds it by the id from then on', () => {
    leases.use(line, job);
    const { leaseId } = leases.take(line, job, { ...plain, as: holder });
    expect(leases.callerOf(leaseId)).toBe(holder);
    expect(() => leases.use(line, job)).toThrow(/nightly has this console/);
  });

  test('that asked while another had it learns the id by asking again', () => {
    leases.take(line, ann, plain);
    expect(leases.ask(line, job, 'flash', holder).leaseId).toBeNull();
    leases.release(line, ann);
    const { lease, leaseId } = leases.ask(line, job, '', holder);
    expect(lease).toMatchObject({ holder: { who: 'nightly' }, why: 'flash' });
    expect(leases.callerOf(leaseId ?? '')).toBe(holder);
  });

  test('that asked and takes it over asks no more', () => {
    leases.take(line, ann, plain);
    leases.ask(line, job, '', holder);
    leases.take(line, job, { why: '', takeOver: true, as: holder });
    expect(leases.read(line)?.asks).toEqual([]);
  });
});

describe('a wall clock that is set back an hour', () => {
  beforeEach(() => leases.use(line, ann));

  test('keeps no idle console busy', () => {
    wallOffsetMs = -3_600_000;
    vi.advanceTimersByTime(10_000);
    expect(leases.read(line)?.idle).toBe(true);
  });

  test('prolongs no lease', () => {
    leases.take(line, ann, { ...plain, forMs: 5_000 });
    wallOffsetMs = -3_600_000;
    vi.advanceTimersByTime(5_000);
    expect(leases.read(line)).toBeNull();
  });
});

describe('a hold', () => {
  test('keeps the console awake without a key, until it is let go of', () => {
    const hold = leases.hold(line, ann);
    leases.ask(line, ben, '');
    vi.advanceTimersByTime(3_600_000);
    expect(leases.read(line)).toMatchObject({ holder: { who: 'Ann' }, idle: false });
    hold.dispose();
    vi.advanceTimersByTime(9_000);
    expect(leases.read(line)?.holder.who).toBe('Ann');
    vi.advanceTimersByTime(1_000);
    expect(leases.read(line)?.holder.who).toBe('Ben');
    expect(hold.lost.aborted).toBe(false);
  });

  test('is refused while another types', () => {
    leases.use(line, ann);
    expect(() => leases.hold(line, ben)).toThrow(/Ann is typing/);
  });

  test('lasts while its holder takes the console by name, too', () => {
    const hold = leases.hold(line, ann);
    leases.take(line, ann, plain);
    expect(hold.lost.aborted).toBe(false);
  });

  test.each<[string, () => void]>([
    ['released', () => leases.release(line, ann)],
    ['taken over', () => leases.take(line, ben, { why: '', takeOver: true })],
    ['revoked', () => leases.revoke(line, 'power')],
    ['left', () => leases.leave(ann.clientId)],
    ['run out', () => vi.advanceTimersByTime(5_000)],
    ['gone with its console', () => leases.forget(line)],
  ])('hears when the lease is %s', (_, lose) => {
    leases.take(line, ann, { ...plain, forMs: 5_000 });
    const { lost } = leases.hold(line, ann);
    lose();
    expect(lost.reason).toMatchObject({ code: 'LEASED' });
  });
});

describe('a console', () => {
  const renamed = 'bone.main' as ConsoleId;

  test('that is renamed keeps its writer, who does not notice, and who asked', () => {
    const { leaseId } = leases.take(line, ann, { ...plain, forMs: 5_000 });
    const { lost } = leases.hold(line, ann);
    leases.ask(line, ben, '');
    leases.move(line, renamed);
    expect(leases.read(line)).toBeNull();
    expect(leases.read(renamed)).toMatchObject({
      holder: { who: 'Ann' },
      asks: [{ client: { who: 'Ben' } }],
    });
    expect(leases.callerOf(leaseId)).toBe(ann);
    expect(lost.aborted).toBe(false);
    vi.advanceTimersByTime(5_000);
    expect(leases.read(renamed)?.holder.who).toBe('Ben');
  });

  test('that is gone tells who had it', () => {
    leases.take(line, ann, plain);
    leases.forget(line);
    expect(changes.at(-1)).toMatchObject({ lease: null, news: { text: 'the console is gone', to: 'w1' } });
  });
});

describe('a client that left', () => {
  test('holds nothing, and whoever asked has it', () => {
    leases.take(line, ann, plain);
    leases.ask(line, ben, '');
    leases.leave(ann.clientId);
    expect(leases.read(line)?.holder.who).toBe('Ben');
    leases.leave(ben.clientId);
    expect(leases.read(line)).toBeNull();
  });

  test('asks for nothing', () => {
    leases.take(line, ann, plain);
    leases.ask(line, ben, '');
    leases.leave(ben.clientId);
    expect(leases.read(line)?.asks).toEqual([]);
  });
});

test('power is guarded against all but the holder', () => {
  leases.take(line, ann, plain);
  expect(() => leases.guard(line, ann)).not.toThrow();
  expect(() => leases.guard(line, ben)).toThrow(/Ann has this console/);
  leases.revoke(line, 'Ben switched power off');
  expect(leases.read(line)).toBeNull();
  expect(changes.at(-1)?.news).toEqual({ text: 'Ben switched power off', to: 'w1' });
});
