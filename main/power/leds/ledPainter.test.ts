import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { FakePower } from '../../../test/fakes/fakePower.ts';
import { silentLogger } from '../../base/logger.ts';
import type { BoardId } from '../../contract/index.ts';
import { NoticesService } from '../../notices/index.ts';
import { LedLanguage } from './ledLanguage.ts';
import { LedMemory } from './ledMemory.ts';

test('a board that is renamed or removed while it blinks harms nobody who changes with it', async () => {
  const [a, b, shelf] = ['a' as BoardId, 'b' as BoardId, 'shelf' as BoardId];
  const dir = await mkdtemp(path.join(tmpdir(), 'labdeck-painter-'));
  const failed: unknown[] = [];
  const clock = new FakeClock(1_700_000_000_000);
  const power = new FakePower(clock);
  power.add(a);
  power.add(b);
  let count = 0;
  // As what hangs together does: the neighbour's reading changes before all have heard of the new name.
  power.boards.onDidChange(() => {
    count += 1;
    power.change(b, { known: count % 2 === 0 ? 'off' : 'on' });
  });
  const onError = (error: unknown) => failed.push(error);
  process.once('uncaughtException', onError);
  const language = new LedLanguage({
    boards: power.boards,
    power,
    memory: new LedMemory({ dir, logger: silentLogger, notices: new NoticesService(clock) }),
    stageOrder: () => null,
    holdersOf: () => [],
    hasJob: () => false,
    hasPortLight: () => false,
    clock,
    monotonicMs: () => clock.nowMs(),
    logger: silentLogger,
  });
  try {
    language.start();
    await power.set(a, 'on', 'you');
    await language.say(a, 'this-one');
    power.rename(a, shelf);
    await clock.pass(1_000);
    expect(power.painted.filter((line) => line.startsWith('shelf'))).not.toEqual([]);
    power.remove(shelf);
    await clock.pass(1_000);
  } finally {
    await language.close();
    process.removeListener('uncaughtException', onError);
    await rm(dir, { recursive: true, force: true });
  }
  expect(failed).toEqual([]);
});
