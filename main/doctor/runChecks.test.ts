import { expect, test } from 'vitest';
import type { Check } from './check.ts';
import { runCheck, worstFirst } from './runChecks.ts';

const check = (given: Partial<Check>): Check => ({
  name: 'fuse',
  title: 'The fuse',
  group: 'power',
  followsPorts: false,
  look: async () => [],
  ...given,
});
const never = new AbortController().signal;

test('a check that hangs is unknown, says so, and is told to stop', async () => {
  let stopped = false;
  const hanging = check({
    timeoutMs: 20,
    look: (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          stopped = true;
        });
      }),
  });
  const [found] = await runCheck(hanging, never);
  expect(found).toMatchObject({
    findingId: 'fuse',
    severity: 'unknown',
    title: 'The fuse: could not be found out',
    what: expect.stringContaining('no answer within 0.02 s'),
    fix: null,
  });
  expect(stopped).toBe(true);
});

test('a check that throws, at once or later, is unknown with the reason', async () => {
  for (const look of [
    () => {
      throw new Error('the fuse box is locked');
    },
    () => Promise.reject(new Error('the fuse box is locked')),
  ])
    expect(await runCheck(check({ look }), never)).toMatchObject([
      { severity: 'unknown', what: 'the fuse box is locked.' },
    ]);
});

test('what is closed does not wait for a check', async () => {
  const ending = new AbortController();
  const result = runCheck(check({ look: () => new Promise(() => {}) }), ending.signal);
  ending.abort();
  expect(await result).toMatchObject([{ severity: 'unknown' }]);
});

test('a finding of one of several things has that thing in its id', async () => {
  const look: Check['look'] = async () => [
    { about: '/dev/ttyACM0', severity: 'ok', title: 'a\x1b[31m', what: 'b', why: 'c' },
  ];
  expect(await runCheck(check({ look }), never)).toMatchObject([
    { findingId: 'fuse:/dev/ttyACM0', title: 'a\ufffd[31m', fix: null },
  ]);
});

test('the worst stands first, then the group one notices first', () => {
  const of = (severity: 'ok' | 'info' | 'unknown' | 'warning' | 'error', group: 'ports' | 'machine') => ({
    findingId: `${severity} ${group}`,
    group,
    severity,
    title: '',
    what: '',
    why: '',
  });
  const all = [
    of('ok', 'ports'),
    of('info', 'ports'),
    of('warning', 'machine'),
    of('unknown', 'ports'),
    of('warning', 'ports'),
    of('error', 'machine'),
  ];
  expect(all.sort(worstFirst).map(({ findingId }) => findingId)).toEqual([
    'error machine',
    'warning ports',
    'warning machine',
    'unknown ports',
    'info ports',
    'ok ports',
  ]);
});
