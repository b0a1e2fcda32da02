import { ORPCError } from '@orpc/client';
import { expect, test } from 'vitest';
import type { Board, PowerReading, Settings } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { Actions } from '../../lib/stores/actions.ts';
import { createBench } from '../../lib/stores/bench.ts';
import { nextSwitchState, type PowerConsent, PowerControl } from './powerControl.ts';

const reading = (known: string, commanded: string | null) =>
  ({ known, commanded }) as unknown as PowerReading;

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

test('the switch of an outlet that lies turns away from where its port was told to be', () => {
  const lying = { known: 'on', commanded: 'off', verdict: { outcome: 'lies' } } as unknown as PowerReading;
  expect(nextSwitchState(lying)).toBe('on');
});

interface Sent {
  readonly state?: string;
  readonly takeOver: boolean;
  readonly force: boolean;
  readonly offMs?: number;
}

/** A board and a core that refuses to switch it until it was told to all the same. */
class RefusingBoard {
  readonly questions: { kind: string; about: unknown; consent: PowerConsent }[] = [];
  readonly switched: Sent[] = [];
  readonly actions = new Actions();
  readonly bench = createBench();
  readonly control: PowerControl;
  readonly boardId = 'beagle' as Board['boardId'];

  constructor(refuse: (sent: Sent) => ORPCError<string, unknown> | null) {
    const take = async (sent: Sent) => {
      const error = refuse(sent);
      if (error !== null) throw error;
      this.switched.push(sent);
    };
    this.control = new PowerControl(
      this.bench,
      () => ({ power: { set: take, cycle: take } }) as unknown as LabClient,
      this.actions,
      {
        confirm: (_, action, consent) => this.questions.push({ kind: 'confirm', about: action, consent }),
        takeOver: (_, _action, about, consent) => this.questions.push({ kind: 'takeOver', about, consent }),
        consequences: (_, _action, about, consent) =>
          this.questions.push({ kind: 'consequences', about, consent }),
      },
    );
  }

  /** What the outlet itself says of others that lose power with it. */
  says(outlet: object): void {
    this.bench.setState({
      power: { beagle: { boardId: 'beagle', known: 'on', outlet } as unknown as PowerReading },
    });
  }
}

const leased = ({ takeOver }: Sent) =>
  takeOver ? null : new ORPCError('LEASED', { message: 'Ann has this console: flashing' });
const harmful = ({ force }: Sent) =>
  force
    ? null
    : new ORPCError('CONFLICT', {
        message: 'panda loses its power too',
        data: { details: { boards: ['panda'], refuses: null } },
      });

test('a board that is somebody’s is a question, not a failure; the answer switches it', async () => {
  const board = new RefusingBoard(leased);
  await board.control.set(board.boardId, 'off');
  expect(board.questions).toEqual([
    { kind: 'takeOver', about: 'Ann has this console: flashing', consent: {} },
  ]);
  expect(board.switched).toEqual([]);
  expect(board.actions.store.getState().problems).toEqual({});
  await board.control.set(board.boardId, 'off', { takeOver: true });
  expect(board.switched).toMatchObject([{ state: 'off', takeOver: true, force: false }]);
});

test('others that would lose their power are asked about before anything is sent, and never to switch on', async () => {
  const board = new RefusingBoard(() => null);
  board.says({ alsoCuts: ['panda'], refuses: 'the keyboard hangs on it' });
  await board.control.set(board.boardId, 'off');
  expect(board.questions.map(({ about }) => about)).toEqual([
    { boards: ['panda'], refuses: 'the keyboard hangs on it' },
  ]);
  expect(board.switched).toEqual([]);
  await board.control.set(board.boardId, 'on');
  await board.control.set(board.boardId, 'off', { force: true });
  expect(board.switched.map(({ state, force }) => [state, force])).toEqual([
    ['on', false],
    ['off', true],
  ]);
});

test('a refusal that names who would be hurt is a question; any other conflict is a failure', async () => {
  const board = new RefusingBoard(harmful);
  await board.control.cycle(board.boardId, { offMs: 3000, takeOver: true });
  expect(board.questions).toEqual([
    {
      kind: 'consequences',
      about: { boards: ['panda'], refuses: null },
      consent: { offMs: 3000, takeOver: true },
    },
  ]);
  const other = new RefusingBoard(() => new ORPCError('CONFLICT', { message: 'panda has this cable too' }));
  await other.control.set(other.boardId, 'off');
  expect(other.questions).toEqual([]);
  expect(Object.values(other.actions.store.getState().problems)).toMatchObject([{ code: 'CONFLICT' }]);
});

test('each answer carries the ones before it, so that no question comes twice', async () => {
  const board = new RefusingBoard((sent) => harmful(sent) ?? leased(sent));
  board.bench.setState({ settings: { confirmPowerOff: true } as Settings });
  let consent: PowerConsent = { offMs: 2000 };
  const granted: Readonly<Record<string, PowerConsent>> = {
    confirm: { confirmed: true },
    consequences: { force: true },
    takeOver: { takeOver: true },
  };
  for (let asked = 0; asked < 3; asked += 1) {
    await board.control.cycle(board.boardId, consent);
    const question = board.questions[asked];
    consent = { ...question?.consent, ...granted[question?.kind ?? ''] };
  }
  expect(board.questions.map(({ kind }) => kind)).toEqual(['confirm', 'consequences', 'takeOver']);
  await board.control.cycle(board.boardId, consent);
  expect(board.questions).toHaveLength(3);
  expect(board.switched).toEqual([{ boardId: 'beagle', takeOver: true, force: true, offMs: 2000 }]);
});

test('a cycle without an off-time leaves that to the board’s policy', async () => {
  const board = new RefusingBoard(() => null);
  await board.control.cycle(board.boardId);
  expect(board.switched).toEqual([{ boardId: 'beagle', takeOver: false, force: false }]);
});
