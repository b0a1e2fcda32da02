import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import type { Board, PowerReading } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { Actions } from '../../lib/stores/actions.ts';
import { createBench } from '../../lib/stores/bench.ts';
import { nextSwitchState, PowerControl } from './powerControl.ts';

const reading = (state: string, commanded: string | null) =>
  ({ state, commanded }) as unknown as PowerReading;

test('the switch turns away from what is known', () => {
  expect(nextSwitchState(reading('on', 'off'))).toBe('off');
  expect(nextSwitchState(reading('off', 'on'))).toBe('on');
});

test('where nothing is known it turns away from the last command, and a new board is switched on', () => {
  expect(nextSwitchState(reading('unknown', 'on'))).toBe('off');
  expect(nextSwitchState(reading('unknown', 'off'))).toBe('on');
  expect(nextSwitchState(reading('unknown', null))).toBe('on');
  expect(nextSwitchState(undefined)).toBe('on');
});

/** A board whose console somebody else has: it is switched only by who takes that over. */
class LeasedBoard {
  readonly questions: string[] = [];
  readonly switched: string[] = [];
  readonly actions = new Actions();
  readonly control = new PowerControl(
    createBench(),
    () =>
      ({
        power: {
          set: async ({ state, takeOver }: { state: string; takeOver: boolean }) => {
            if (!takeOver) throw new ORPCError('LEASED', { message: 'Ann has this console: flashing' });
            this.switched.push(state);
          },
        },
      }) as unknown as LabClient,
    this.actions,
    {
      confirm: () => this.questions.push('confirm'),
      takeOver: (_boardId, action, message) => this.questions.push(`${action}: ${message}`),
    },
  );
}

test('a board that is somebody’s is a question, not a failure; the answer switches it', async () => {
  const board = new LeasedBoard();
  const boardId = 'beagle' as Board['boardId'];
  await board.control.set(boardId, 'off');
  expect(board.questions).toEqual(['off: Ann has this console: flashing']);
  expect(board.switched).toEqual([]);
  expect(board.actions.store.getState().problems).toEqual({});
  await board.control.set(boardId, 'off', { takeOver: true });
  expect(board.switched).toEqual(['off']);
});
