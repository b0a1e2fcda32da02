import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { FakeVirtualBoard } from '../../../test/fakes/fakeVirtualBoard.ts';
import { systemClock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import { silentLogger } from '../../base/logger.ts';
import { OutletMemory } from '../outletMemory.ts';
import { describePowerDriver } from './powerDriver.suite.ts';
import { VirtualPower } from './virtualPower.ts';

const honest = { behaviour: 'honest', gang: null } as const;

const dirs: string[] = [];
afterAll(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true, force: true });
});

async function makeDeps(board: FakeVirtualBoard) {
  const dir = await mkdtemp(path.join(tmpdir(), 'labdeck-virtual-power-'));
  dirs.push(dir);
  const memory = new OutletMemory({ dir, logger: silentLogger, notices: null });
  return { board, identity: 'virtual one', memory, clock: systemClock };
}

describePowerDriver('virtual', async () => {
  const board = new FakeVirtualBoard();
  const deps = await makeDeps(board);
  return {
    driver: new VirtualPower(honest, deps),
    actual: async () => ({ power: board.cable.state === 'on', leds: board.cable.leds }),
    commands: () => board.commands,
    restart: async () => new VirtualPower(honest, deps),
    dispose: async () => {},
  };
});

test('a machine that died by itself reads off, while what was commanded stays on', async () => {
  const board = new FakeVirtualBoard();
  const deps = await makeDeps(board);
  const driver = new VirtualPower(honest, deps);
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

describePowerDriver('virtual, mute', async () => {
  const board = new FakeVirtualBoard();
  const deps = await makeDeps(board);
  const mute = { behaviour: 'mute', gang: null } as const;
  return {
    driver: new VirtualPower(mute, deps),
    actual: async () => ({ power: board.cable.state === 'on', leds: board.cable.leds }),
    commands: () => board.commands,
    restart: async () => new VirtualPower(mute, deps),
    dispose: async () => {},
  };
});

const never = new AbortController().signal;

test('an outlet that lies says what it was told, also after a restart, while the machine runs on', async () => {
  const board = new FakeVirtualBoard();
  const noticed: boolean[] = [];
  Object.assign(board, { noticeLink: (up: boolean) => noticed.push(up) });
  const deps = await makeDeps(board);
  const lies = { behaviour: 'lies', gang: null } as const;
  const driver = new VirtualPower(lies, deps);
  await driver.set('on', never);
  await driver.set('off', never);
  await driver.set('off', never);
  expect(board.cable.state).toBe('on');
  expect([await driver.read(), driver.commanded.state]).toEqual(['off', 'off']);
  const again = new VirtualPower(lies, deps);
  expect([await again.read(), again.commanded.state]).toEqual(['off', 'off']);
  await again.set('on', never);
  expect(await again.read()).toBe('on');
  expect(noticed).toEqual([true, false, true]);
});

test('what it said while it lied is forgotten once it was honest for a while', async () => {
  const board = new FakeVirtualBoard();
  const deps = await makeDeps(board);
  const lies = { behaviour: 'lies', gang: null } as const;
  await new VirtualPower(lies, deps).set('on', never);
  await new VirtualPower(lies, deps).set('off', never);
  await setTimeout(2);
  await new VirtualPower(honest, deps).set('on', never);
  expect(await new VirtualPower(lies, deps).read()).toBe('on');
});

test('a gang loses its power together and comes back together; each keeps what it was commanded', async () => {
  const machines = [new FakeVirtualBoard(), new FakeVirtualBoard()];
  const switched = new Emitter<void>();
  const drivers = await Promise.all(
    machines.map(async (board) => {
      const gang = {
        others: () => machines.filter((other) => other !== board),
        onDidSwitch: switched.event,
        switched: () => switched.fire(),
      };
      return new VirtualPower({ behaviour: 'honest', gang: 'g' }, { ...(await makeDeps(board)), gang });
    }),
  );
  let heard = 0;
  drivers[1]?.onDidChange(() => {
    heard += 1;
  });
  await drivers[1]?.set('on', never);
  heard = 0;
  await drivers[0]?.set('off', never);
  expect(await drivers[1]?.read()).toBe('off');
  expect(drivers[1]?.commanded.state).toBe('on');
  expect(heard).toBeGreaterThan(0);
  await drivers[0]?.set('on', never);
  expect(await drivers[1]?.read()).toBe('on');
  expect(drivers[0]?.consequences?.()).toMatchObject({ switching: 'ganged' });
});
