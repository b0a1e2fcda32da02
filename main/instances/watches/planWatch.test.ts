import { expect, test } from 'vitest';
import type { Instance } from '../../contract/index.ts';
import { forgetAttempts, type Plan, type PlanInput, planWatch } from './planWatch.ts';
import type { Subject } from './subject.ts';
import type { Attempt } from './watchFile.ts';

const nowMs = 1_700_000_000_000;
const hourMs = 3_600_000;
const miB = 1024 * 1024;

const settings: PlanInput['settings'] = {
  watchId: 'w',
  target: { kind: 'branches', repository: '/r', pattern: '*' },
  everyMinutes: 10,
  maxInstances: 3,
  memoryLimitBytes: null,
  totalMemoryBytes: null,
  suite: 'forky',
  lean: true,
};

const open = (subject: string, commit = 'c1'): Subject => ({
  subject,
  title: subject,
  commit,
  repository: '/r',
  at: { kind: 'branch', name: subject },
});

function made(subject: string, more: Partial<Instance> = {}): Instance {
  return {
    name: `w-${subject}`,
    key: `key-${subject}`,
    state: 'running',
    taskId: null,
    resolved: { title: '', commit: 'c1', sha256: null },
    watch: { watchId: 'w', subject },
    ...more,
  } as Instance;
}

const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  commit: 'c1',
  atMs: nowMs - 60_000,
  madeKey: null,
  problem: null,
  ...more,
});

const plan = (input: Partial<PlanInput>): Plan =>
  planWatch({ settings, subjects: [], mine: [], attempts: {}, nowMs, ...input });
const steps = (input: Partial<PlanInput>) =>
  plan(input).steps.map(
    (step) => `${step.do} ${step.do === 'install' ? step.subject.subject : step.instance.name}`,
  );
const states = (input: Partial<PlanInput>) =>
  Object.fromEntries(plan(input).subjects.map(({ subject, state }) => [subject, state]));

test('the oldest is installed first, one at a time, and those without room wait', () => {
  const subjects = ['a', 'b', 'c', 'd'].map((name) => open(name));
  expect(steps({ subjects })).toEqual(['install a']);
  const mine = [made('a', { state: 'installing', taskId: 't', resolved: null })];
  expect(steps({ subjects, mine })).toEqual([]);
  expect(steps({ subjects, mine: [made('a')] })).toEqual(['install b']);
  const full = { subjects, mine: ['a', 'b', 'c'].map((name) => made(name)) };
  expect(steps(full)).toEqual([]);
  expect(states(full)).toEqual({ a: 'kept', b: 'kept', c: 'kept', d: 'waiting' });
});

test('a new subject that sorts before the others drives none of them out', () => {
  const input = {
    subjects: ['a', 'b', 'c', 'd'].map((name) => open(name)),
    mine: ['b', 'c', 'd'].map((n) => made(n)),
  };
  expect(steps(input)).toEqual([]);
  expect(states(input)).toMatchObject({ a: 'waiting', d: 'kept' });
});

test.each([
  [null, 1024 * miB, 2],
  [256 * miB, 1000 * miB, 3],
  [600 * miB, 1000 * miB, 1],
  [null, 256 * miB, 0],
])(
  'with %s bytes for each and %s in all there is room for %i',
  (memoryLimitBytes, totalMemoryBytes, room) => {
    const limited = { ...settings, memoryLimitBytes, totalMemoryBytes };
    const subjects = ['a', 'b', 'c', 'd'].map((name) => open(name));
    const mine: Instance[] = [];
    for (const { subject } of subjects)
      if (steps({ settings: limited, subjects, mine }).includes(`install ${subject}`))
        mine.push(made(subject));
    expect(mine).toHaveLength(room);
  },
);

test('what has closed is removed, unless somebody works on it or nobody knows how it is', () => {
  expect(steps({ mine: [made('a'), made('b', { state: 'failed' })] })).toEqual(['remove w-a', 'remove w-b']);
  expect(steps({ mine: [made('a', { taskId: 't' }), made('b', { state: 'unknown' })] })).toEqual([]);
});

test('a commit that moved is followed by an upgrade, once', () => {
  const subjects = [open('a', 'c2')];
  expect(steps({ subjects, mine: [made('a')] })).toEqual(['upgrade w-a']);
  expect(steps({ subjects, mine: [made('a', { taskId: 't' })] })).toEqual([]);
  const failed = { subjects, mine: [made('a')], attempts: { a: attempt({ commit: 'c2' }) } };
  expect(steps(failed)).toEqual([]);
  expect(states(failed)).toEqual({ a: 'failed' });
  expect(steps({ ...failed, subjects: [open('a', 'c3')] })).toEqual(['upgrade w-a']);
  expect(steps({ ...failed, nowMs: nowMs + hourMs })).toEqual(['upgrade w-a']);
});

test('an install that failed gives way to a new one when its commit moves or an hour has passed, not before', () => {
  const stillborn = made('a', { state: 'failed', resolved: null });
  const input = { subjects: [open('a')], mine: [stillborn], attempts: { a: attempt({ madeKey: 'key-a' }) } };
  expect(steps(input)).toEqual([]);
  expect(states(input)).toEqual({ a: 'failed' });
  expect(steps({ ...input, subjects: [open('a', 'c2')] })).toEqual(['remove w-a']);
  expect(steps({ ...input, nowMs: nowMs + hourMs })).toEqual(['remove w-a']);
  expect(steps({ ...input, mine: [], subjects: [open('a', 'c2')] })).toEqual(['install a']);
});

test('one that had come up and failed later is not thrown away: it may hold data', () => {
  const input = { subjects: [open('a')], mine: [made('a', { state: 'failed' })], attempts: { a: attempt() } };
  expect(steps({ ...input, nowMs: nowMs + 10 * hourMs })).toEqual([]);
  expect(states(input)).toEqual({ a: 'failed' });
});

test('one that failed takes no room from the others', () => {
  const mine = [made('a', { state: 'failed', resolved: null }), made('b')];
  const input = {
    settings: { ...settings, maxInstances: 2 },
    subjects: [open('a'), open('b'), open('c'), open('d')],
    mine,
    attempts: { a: attempt({ madeKey: 'key-a' }) },
  };
  expect(steps(input)).toEqual(['install c']);
  expect(states({ ...input, mine: [...mine, made('c')] })).toMatchObject({ a: 'failed', d: 'waiting' });
});

test('an attempt made under a clock that ran ahead blocks nothing', () => {
  const input = { subjects: [open('a')], attempts: { a: attempt({ atMs: nowMs + 100 * hourMs }) } };
  expect(steps(input)).toEqual(['install a']);
});

test('an attempt is forgotten once it went well or its subject is gone', () => {
  const attempts = {
    well: attempt({ madeKey: 'key-well' }),
    moved: attempt({ commit: 'c0', madeKey: 'key-moved' }),
    busy: attempt({ madeKey: 'key-busy' }),
    gone: attempt(),
  };
  const mine = [
    made('well'),
    made('moved'),
    made('busy', { state: 'installing', taskId: 't', resolved: null }),
  ];
  const subjects = ['well', 'moved', 'busy'].map((name) => open(name));
  expect(forgetAttempts({ subjects, mine, attempts })).toEqual({
    moved: { ...attempts.moved, madeKey: null },
    busy: attempts.busy,
  });
});
