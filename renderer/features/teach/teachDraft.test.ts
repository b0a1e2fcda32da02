import { expect, test } from 'vitest';
import type { Board, TeachFound } from '../../../main/contract/index.ts';
import { checkTeach, type TeachDraft } from './teachDraft.ts';

const found = (part: Partial<TeachFound>): TeachFound => ({
  role: 'console',
  match: { by: 'path', value: 'p' },
  socket: null,
  text: '',
  looksLike: null,
  takenBy: null,
  caution: null,
  ...part,
});
const line = found({});
const cable = found({ role: 'cable', match: { by: 'path', value: 'c' } });
const board = (name: string) => ({ boardId: name, name, power: null, usbSocket: null }) as unknown as Board;
const draft: TeachDraft = {
  boardId: null,
  name: 'beagle',
  displayName: '',
  baudRate: '115200',
  power: null,
  witness: true,
};

test('a name that is taken or none, and a rate nobody speaks, are refused before the core is asked', () => {
  expect(checkTeach({ ...draft, baudRate: 'fast' }, [line], [board('beagle')])).toEqual({
    ok: false,
    errors: { name: 'another board has this name', baudRate: 'give a rate of 50 to 12000000' },
  });
  expect(checkTeach({ ...draft, name: 'My Board' }, [line], [])).toMatchObject({ ok: false });
  // Without a console there is no rate to be wrong.
  expect(checkTeach({ ...draft, baudRate: '' }, [cable], [])).toMatchObject({ ok: true });
});

test('into a board that exists nothing is named', () => {
  const checked = checkTeach({ ...draft, boardId: 'router', name: 'no good' }, [line], [board('router')]);
  expect(checked).toEqual({ ok: true, value: { boardId: 'router', baudRate: 115_200 } });
});
