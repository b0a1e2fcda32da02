import { expect, test } from 'vitest';
import type { Finding } from '../contract/index.ts';
import { exitCodeOf, reportText } from './reportText.ts';

const finding = (given: Partial<Finding>): Finding => ({
  findingId: 'x',
  group: 'ports',
  severity: 'ok',
  title: 'A title',
  what: 'What it is.',
  why: 'Why it matters.',
  fix: null,
  ...given,
});
const report = (...findings: Finding[]) => ({ revision: 1, atMs: 1, running: false, findings });

test('what wants something stands in full with its command whole, what is in order on a line', () => {
  const command = `sudo usermod -aG dialout ${'robin'.repeat(30)}`;
  const text = reportText(
    report(
      finding({
        severity: 'error',
        title: '/dev/ttyACM0 may not be opened',
        what: 'It belongs to group dialout, and robin is not in it, which is a sentence too long for one line.',
        fix: {
          fixId: 'x',
          title: 'Join the group dialout',
          command,
          needsRoot: true,
          runnable: false,
          whyNot: 'no',
          undo: 'sudo gpasswd -d robin dialout',
          afterwards: 'Log out and in again.',
        },
      }),
      finding({ title: 'udev runs' }),
    ),
    80,
  );
  expect(text.split('\n')).toEqual([
    'ERROR    /dev/ttyACM0 may not be opened',
    '         It belongs to group dialout, and robin is not in it, which is a',
    '         sentence too long for one line.',
    '         Why it matters.',
    '         Join the group dialout:',
    `           ${command}`,
    '         Then: Log out and in again.',
    '         Undo: sudo gpasswd -d robin dialout',
    '',
    'ok       udev runs',
    '',
    '1 error, 1 in order',
    '',
  ]);
});

test('scripts learn from the exit code what is worse than information', () => {
  const code = (...severities: Finding['severity'][]) =>
    exitCodeOf({ findings: severities.map((severity) => finding({ severity })) });
  expect(code()).toBe(0);
  expect(code('ok', 'info', 'unknown')).toBe(0);
  expect(code('ok', 'warning')).toBe(2);
  expect(code('warning', 'error')).toBe(1);
});
