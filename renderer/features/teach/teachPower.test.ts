import { expect, test } from 'vitest';
import type { Port, PowerBinding, TeachFound } from '../../../main/contract/index.ts';
import {
  becomes,
  holdsAdapter,
  type PowerChoice,
  powerChoices,
  powerInput,
  switcherOf,
  witnessInput,
} from './teachPower.ts';

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
const all = [line, cable, socket];
const plug: PowerBinding = { kind: 'tasmota', url: 'http://plug.lan', relay: 1, user: '' };
const before = (power: PowerBinding | null, usbSocket: string | null = null) => ({ power, usbSocket });

test('a new board is switched by the cable that was found, else by the hub port, unless one says otherwise', () => {
  expect(powerInput(null, all, null)).toEqual({ power: { kind: 'acm-cable', match: cable.match } });
  expect(powerInput('socket', all, null)).toEqual({
    power: { kind: 'usb-hub-port', socket: 'pci-0-usb-0:1.3' },
  });
  expect(powerInput('none', all, null)).toEqual({ power: null });
  expect(switcherOf(null, [line, socket], null)).toBe('socket');
  expect(powerInput('none', [line, socket], null)).toEqual({ power: null });
  expect(powerInput(null, [line], null)).toEqual({});
});

test('the outlet of a board that exists stays where only its hub port was found', () => {
  expect(powerChoices([socket], before(plug))).toEqual(['kept', 'socket', 'none']);
  expect(powerInput(null, [socket], before(plug))).toEqual({ power: plug });
  expect(powerInput('socket', [socket], before(plug))).toMatchObject({ power: { kind: 'usb-hub-port' } });
  // Who pulls a cable means it.
  expect(powerInput(null, all, before(plug))).toMatchObject({ power: { kind: 'acm-cable' } });
  expect(powerInput(null, [line], before(plug))).toEqual({});
});

test('a cable or hub port taught anew keeps how it is spoken to', () => {
  const msb: PowerBinding = {
    kind: 'acm-cable',
    match: { by: 'path', value: 'old' },
    bitOrder: 'msb',
    digits: 'hex',
    newline: true,
  };
  expect(powerInput(null, all, before(msb))).toEqual({ power: { ...msb, match: cable.match } });
  const hub: PowerBinding = { kind: 'usb-hub-port', socket: 'old', method: 'uhubctl' };
  expect(powerInput(null, [socket], before(hub))).toEqual({
    power: { kind: 'usb-hub-port', socket: 'pci-0-usb-0:1.3', method: 'uhubctl' },
  });
});

test('what was chosen and forgotten since is no choice any more', () => {
  expect(switcherOf('cable', [line, socket], null)).toBe('socket');
  expect(switcherOf('kept', all, null)).toBe('cable');
});

test('a hub port that switches nothing is a witness unless left out, which takes nothing from a board', () => {
  const told = (part: { power?: PowerChoice; witness?: boolean }, board = before(null), list = all) =>
    witnessInput({ power: null, witness: true, ...part }, list, board);
  expect(told({})).toEqual({});
  expect(told({ witness: false })).toEqual({ usbSocket: null });
  expect(told({ witness: false }, before(null, 'had'))).toEqual({ usbSocket: 'had' });
  // What switches it is where it is plugged; and what was not found can't be left out.
  expect(told({ witness: false, power: 'socket' })).toEqual({});
  expect(told({ witness: false }, before(null), [line, cable])).toEqual({});
});

test('it is said what each thing becomes before it is bound', () => {
  const words = (power: PowerChoice | null, witness = true, list = all) =>
    list.map((each) => becomes(each, list, { power, witness }, null));
  expect(words(null)).toEqual(['bound', 'switch', 'witness']);
  expect(words('socket')).toEqual(['bound', 'nothing', 'switch']);
  expect(words('none', false)).toEqual(['bound', 'nothing', 'nothing']);
  expect(words(null, true, [socket])).toEqual(['switch']);
});

test('an adapter in the very socket that was pulled is noticed', () => {
  const port = (socket: string) => [{ byPath: 'p', socket } as Port];
  expect(holdsAdapter(all, port('pci-0-usb-0:1.3'))).toBe(true);
  expect(holdsAdapter(all, port('pci-0-usb-0:1.4'))).toBe(false);
  expect(holdsAdapter([line], port('pci-0-usb-0:1.3'))).toBe(false);
});
