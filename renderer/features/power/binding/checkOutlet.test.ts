import { expect, test } from 'vitest';
import type { PowerBinding } from '../../../../main/contract/index.ts';
import { powerBinding } from '../../../../main/contract/powerBindings.ts';
import { bareUrl, checkOutlet } from './checkOutlet.ts';
import { newOutlet, type OutletDraft, outletDraft } from './outletDraft.ts';

const errorsOf = (draft: OutletDraft) => {
  const checked = checkOutlet(draft);
  return checked.ok ? [] : Object.keys(checked.errors).sort();
};

const bindings: readonly PowerBinding[] = [
  {
    kind: 'acm-cable',
    match: { by: 'id', value: 'usb-cable' },
    bitOrder: 'msb',
    digits: 'hex',
    newline: true,
  },
  { kind: 'usb-hub-port', socket: 'pci-0000:00:14.0-usb-0:1.3', method: 'uhubctl' },
  { kind: 'pdudaemon', url: 'http://lab:16421', pdu: 'apc', outlet: '7' },
  { kind: 'tasmota', url: 'http://plug.lan', relay: 2, user: 'admin' },
  { kind: 'shelly', url: 'http://shelly.lan', generation: 2, channel: 3, user: 'admin' },
  {
    kind: 'home-assistant',
    url: 'https://home.lan/base',
    entityId: 'switch.bench',
    powerEntityId: 'sensor.bench_power',
  },
  powerBinding.parse({
    kind: 'command',
    on: ['pdu', 'on', "it's {board}", ''],
    off: ['pdu', 'off'],
    cycle: ['pdu', 'cycle'],
    read: ['pdu', 'state'],
    readOutput: { on: 'ON', off: 'OFF' },
    timeoutMs: 2500,
  }),
  powerBinding.parse({ kind: 'command', on: ['on'], off: ['off'], readExit: { on: 3, off: 4 } }),
  { kind: 'virtual', behaviour: 'lies', gang: 'left' },
];

test.each(bindings.map((binding) => [binding.kind, binding] as const))(
  'opening and saving a binding (%s) without a change keeps it as it was',
  (_, binding) => {
    expect(checkOutlet(outletDraft(binding))).toEqual({ ok: true, value: binding });
  },
);

test('an outlet just chosen says of each field it lacks what to give', () => {
  expect(errorsOf(newOutlet('acm-cable', null))).toEqual(['match']);
  expect(errorsOf(newOutlet('usb-hub-port', null))).toEqual(['socket']);
  expect(errorsOf(newOutlet('pdudaemon', null))).toEqual(['outlet', 'pdu', 'url']);
  expect(errorsOf(newOutlet('tasmota', null))).toEqual(['url']);
  expect(errorsOf(newOutlet('shelly', null))).toEqual(['url']);
  expect(errorsOf(newOutlet('home-assistant', null))).toEqual(['entityId', 'url']);
  expect(errorsOf(newOutlet('command', null))).toEqual(['off', 'on']);
  expect(errorsOf(newOutlet('virtual', null))).toEqual([]);
});

test('a host is enough of an address, but never one with a password in it', () => {
  expect(bareUrl(' plug.lan/ ')).toBe('http://plug.lan');
  expect(bareUrl('https://plug.lan/a/')).toBe('https://plug.lan/a');
  const plug = { kind: 'tasmota', relay: '1', user: '' } as const;
  expect(errorsOf({ ...plug, url: 'plug.lan:8080' })).toEqual([]);
  expect(errorsOf({ ...plug, url: 'http://me:secret@plug.lan' })).toEqual(['url']);
  expect(errorsOf({ ...plug, url: 'ftp://plug.lan' })).toEqual(['url']);
});

test('a command line that makes no sense is told at its own field', () => {
  const command = { ...newOutlet('command', null), on: 'pdu "on', off: 'pdu off' } as OutletDraft;
  const checked = checkOutlet(command);
  expect(checked.ok ? null : checked.errors.on).toBe('a " is not closed');
});

test('codes or texts that are alike for on and off can’t tell them apart', () => {
  const command = { ...newOutlet('command', null), on: 'a', off: 'b', read: 'c' } as OutletDraft;
  expect(errorsOf({ ...command, exitOff: '0' } as OutletDraft)).toEqual(['readExit.off']);
  expect(errorsOf({ ...command, tells: 'output', outputOn: 'x', outputOff: 'x' } as OutletDraft)).toEqual([
    'readOutput.off',
  ]);
});
