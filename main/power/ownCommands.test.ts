import { afterEach, beforeEach, expect, test } from 'vitest';
import { HubBench } from '../../test/fakes/hubBench.ts';
import { type BoardId, newBoard } from '../contract/index.ts';
import type { PowerService } from './index.ts';

const a = 'a' as BoardId;
let bench: HubBench;
let power: PowerService;

beforeEach(async () => {
  bench = await HubBench.open();
  power = bench.makePower();
  await power.start();
  await bench.boards.add(newBoard.parse({ name: 'a', power: { kind: 'usb-hub-port', socket: 'hub-1' } }));
});
afterEach(async () => {
  await power.close();
  await bench.remove();
});

async function restart(): Promise<void> {
  await power.close();
  power = bench.makePower();
  await power.start();
}

test('what was commanded before Labdeck quit or tested is kept, over restarts and repetitions', async () => {
  await power.set(a, 'on', { by: 'you' });
  expect(power.commandedBeforeOwn(a)).toBeNull();
  await bench.clock.pass(1000);
  await power.set(a, 'off', { by: 'test' });
  await bench.clock.pass(1000);
  await power.set(a, 'off', { by: 'quit' });
  await restart();
  expect(power.read(a)).toMatchObject({ commanded: 'off', commandedBy: 'quit' });
  expect(power.commandedBeforeOwn(a)).toBe('on');
});

test('a command of somebody else ends what was before', async () => {
  await power.set(a, 'on', { by: 'you' });
  await bench.clock.pass(1000);
  await power.set(a, 'off', { by: 'quit' });
  await bench.clock.pass(1000);
  await power.set(a, 'off', { by: 'you' });
  expect(power.commandedBeforeOwn(a)).toBeNull();
});
