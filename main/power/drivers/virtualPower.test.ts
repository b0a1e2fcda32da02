import { expect, test } from 'vitest';
import { FakeVirtualBoard } from '../../../test/fakes/fakeVirtualBoard.ts';
import { describePowerDriver } from './powerDriver.suite.ts';
import { VirtualPower } from './virtualPower.ts';

describePowerDriver('virtual', async () => {
  const board = new FakeVirtualBoard();
  return {
    driver: new VirtualPower(board),
    actual: async () => ({ power: board.cable.state === 'on', leds: board.cable.leds }),
    commands: () => board.commands,
    restart: async () => new VirtualPower(board),
    dispose: async () => {},
  };
});

test('a machine that died by itself reads off, while what was commanded stays on', async () => {
  const board = new FakeVirtualBoard();
  const driver = new VirtualPower(board);
  await driver.set('on', new AbortController().signal);
  let heard = 0;
  driver.onDidChange(() => {
    heard += 1;
  });
  board.die();
  expect(heard).toBe(1);
  expect(await driver.read()).toBe('off');
  expect(driver.commanded.state).toBe('on');
});
