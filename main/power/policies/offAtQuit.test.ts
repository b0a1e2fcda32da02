import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { FakePower } from '../../../test/fakes/fakePower.ts';
import { createLogger } from '../../base/logger.ts';
import { type BoardId, LabError } from '../../contract/index.ts';
import { offAtQuit } from './offAtQuit.ts';

const id = (name: string) => name as BoardId;

function makeBench() {
  const power = new FakePower(new FakeClock());
  const lines: string[] = [];
  const asked: [BoardId, readonly BoardId[]][] = [];
  const off = { atQuit: 'off' } as const;
  power.add(id('stays'), {}, { commanded: 'on' });
  power.add(id('goes'), { powerPolicy: off }, { commanded: 'on' });
  power.add(id('went'), { powerPolicy: off }, { commanded: 'off', known: 'off' });
  power.add(id('bare'), { powerPolicy: off }, { switchable: false, outlet: null });
  power.add(id('virtual'), { powerPolicy: off, virtual: 'sim' }, { commanded: 'on', known: 'on' });
  const end = (pending?: Promise<void>, deadlineMs?: number) =>
    offAtQuit({
      boards: power.boards,
      power: {
        read: (boardId) => power.read(boardId),
        off: (boardId, together) => {
          asked.push([boardId, together]);
          return pending ?? power.set(boardId, 'off', 'quit');
        },
      },
      logger: createLogger((line) => lines.push(line)),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
  return { power, lines, asked, end };
}

test('only boards that are to be off and may be on are switched off at the end', async () => {
  const { power, end } = makeBench();
  // Of a cable nothing is known: a command before says nothing about now.
  power.add(id('cable'), { powerPolicy: { atQuit: 'off' } }, { commanded: 'off' });
  await end();
  expect(power.sent).toEqual(['goes off quit', 'cable off quit']);
});

test('boards that go off together are no reason against each other', async () => {
  const { power, asked, end } = makeBench();
  power.add(id('beside'), { powerPolicy: { atQuit: 'off' } }, { commanded: 'on' });
  await end();
  const together = ['goes', 'beside'].map(id);
  expect(asked).toEqual(together.map((boardId) => [boardId, together]));
});

test('an outlet that refuses is logged and does not keep the others', async () => {
  const { power, lines, end } = makeBench();
  power.failure = new LabError('DEVICE_GONE', 'The power cable is unplugged');
  await end();
  expect(lines.join('\n')).toMatch(/error .*not switched off at the end.*goes.*unplugged/s);
});

test('an outlet that hangs does not keep Labdeck from ending, and is named', async () => {
  const { lines, end } = makeBench();
  await end(new Promise(() => {}), 20);
  expect(lines.join('\n')).toMatch(/not switched off in time.*goes/);
});
