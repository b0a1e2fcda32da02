import { expect, test } from 'vitest';
import type { TeachFound } from '../../../main/contract/index.ts';
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
const socket = found({ role: 'socket', match: null, socket: 'pci-0-usb-0:1.3' });
const draft: TeachDraft = { boardId: null, name: 'beagle', displayName: '', baudRate: '115200', power: null };

test('left alone, the core decides which outlet it is', () => {
  expect(checkTeach(draft, [line, cable, socket], [])).toEqual({
    ok: true,
    value: { name: 'beagle', baudRate: 115_200 },
  });
});

test('where cable and hub port were found, the one chosen switches the board, or none', () => {
  const power = (choice: TeachDraft['power']) => {
    const checked = checkTeach({ ...draft, power: choice }, [line, cable, socket], []);
    return checked.ok ? checked.value.power : checked.errors;
  };
  expect(power('cable')).toEqual({ kind: 'acm-cable', match: cable.match });
  expect(power('socket')).toEqual({ kind: 'usb-hub-port', socket: 'pci-0-usb-0:1.3' });
  expect(power('none')).toBeNull();
});

test('a name that is taken or none, and a rate nobody speaks, are refused before the core is asked', () => {
  expect(checkTeach({ ...draft, baudRate: 'fast' }, [line], ['beagle'])).toEqual({
    ok: false,
    errors: { name: 'another board has this name', baudRate: 'give a rate of 50 to 12000000' },
  });
  expect(checkTeach({ ...draft, name: 'My Board' }, [line], [])).toMatchObject({ ok: false });
  // Without a console there is no rate to be wrong.
  expect(checkTeach({ ...draft, baudRate: '' }, [cable], [])).toMatchObject({ ok: true });
});

test('into a board that exists nothing is named', () => {
  const checked = checkTeach({ ...draft, boardId: 'router', name: 'no good' }, [line], ['router']);
  expect(checked).toEqual({ ok: true, value: { boardId: 'router', baudRate: 115_200 } });
});
