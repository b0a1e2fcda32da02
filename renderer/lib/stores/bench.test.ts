import { expect, test } from 'vitest';
import type { ConsoleInfo, PowerReading } from '../../../main/contract/index.ts';
import { applyConsoles, applyPower, createBench } from './bench.ts';

const reading = (boardId: string, known: 'on' | 'off') => ({ boardId, known }) as unknown as PowerReading;
const info = (consoleId: string) => ({ consoleId }) as unknown as ConsoleInfo;

test('a snapshot replaces everything, so that nothing of a former core stays', () => {
  const before = { ...createBench().getState(), power: { old: reading('old', 'on') } };
  const after = applyPower(before, { type: 'snapshot', revision: 1, readings: [reading('a', 'off')] });
  expect(Object.keys(after.power)).toEqual(['a']);
});

test('one reading changes one board', () => {
  const before = { ...createBench().getState(), power: { a: reading('a', 'off'), b: reading('b', 'off') } };
  const after = applyPower(before, { type: 'reading', revision: 2, reading: reading('a', 'on') });
  expect(after.power.a?.known).toBe('on');
  expect(after.power.b).toBe(before.power.b);
});

test('a console that went is forgotten', () => {
  const before = {
    ...createBench().getState(),
    consoles: { 'a.main': info('a.main'), 'b.main': info('b.main') },
  };
  const gone = { type: 'console', revision: 3, consoleId: info('a.main').consoleId, info: null } as const;
  expect(Object.keys(applyConsoles(before, gone).consoles)).toEqual(['b.main']);
});
