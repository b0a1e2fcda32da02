import { expect, test } from 'vitest';
import type { ConsoleInfo, Lease } from '../../../main/contract/index.ts';
import { missedBy } from './missedBy.ts';

const me = { clientId: 'w1', who: 'this computer' };
const lease = (clientId: string, idle = false): Lease => ({
  holder: { clientId, who: 'Ann' },
  kind: 'taken',
  why: '',
  sinceMs: 0,
  untilMs: null,
  idle,
  asks: [],
});
const info = (state: string, held: Lease | null = null) => ({ state, lease: held }) as unknown as ConsoleInfo;

test('names each console a key would not reach, and why', () => {
  const consoles = {
    'a.main': info('open'),
    'b.main': info('off'),
    'c.main': info('open', lease('w2')),
    'd.main': info('open', lease('w2', true)),
    'e.main': info('open', lease('w1')),
  };
  expect(missedBy(['a.main', 'b.main', 'c.main', 'd.main', 'e.main', 'f.main'], { consoles, me })).toEqual([
    'b.main: off',
    'c.main: Ann has it',
    'f.main: gone',
  ]);
});
