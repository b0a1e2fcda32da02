import { expect, test } from 'vitest';
import type { ConsoleEndpoint, PortMatch } from '../../../main/contract/index.ts';
import { type BoardDraft, newConsole } from './boardDraft.ts';
import { checkConnections, checkNewBoard, errorAtField, errorUnder } from './boardForm.ts';

const match: PortMatch = { by: 'id', value: 'usb-FTDI_A1-if00' };
const draft = (part: Partial<BoardDraft>): BoardDraft => ({
  name: 'beagle-2',
  displayName: '',
  connections: { consoles: [newConsole('main', match)], power: null, usbSocket: null },
  ...part,
});

test('a good draft becomes what the contract takes', () => {
  const checked = checkNewBoard(draft({}), []);
  expect(checked).toEqual({
    ok: true,
    value: {
      name: 'beagle-2',
      displayName: '',
      consoles: [
        {
          name: 'main',
          match,
          endpoint: null,
          dtr: 'leave',
          rts: 'leave',
          baudRate: 115200,
          dataBits: 8,
          parity: 'none',
          stopBits: 1,
          flowControl: 'none',
        },
      ],
      power: null,
      usbSocket: null,
    },
  });
});

test('each mistake is told at its field', () => {
  const bad = draft({
    name: 'Beagle 2',
    connections: {
      consoles: [{ ...newConsole('main', null), baudRate: 'fast' }, newConsole('main', match)],
      power: { kind: 'acm-cable', match, bitOrder: 'lsb', digits: 'ascii', newline: false },
      usbSocket: null,
    },
  });
  const checked = checkNewBoard(bad, []);
  if (checked.ok) throw new Error('should be refused');
  expect(checked.errors.name).toContain('a-z');
  expect(checked.errors['consoles.0.match']).toBe('this line needs a port');
  expect(checked.errors['consoles.0.baudRate']).toBeDefined();
  expect(checked.errors['power.match']).toBe('this port is used twice');
});

test('a taken name, a kernel number for a path, two consoles of one name: refused before the core is asked', () => {
  const taken = checkNewBoard(draft({}), ['beagle-2']);
  expect(taken).toMatchObject({ ok: false, errors: { name: 'another board has this name' } });
  const number: PortMatch = { by: 'device', value: '/dev/ttyUSB0' };
  const byNumber = checkConnections({ consoles: [newConsole('main', number)], power: null, usbSocket: null });
  if (byNumber.ok) throw new Error('should be refused');
  expect(errorUnder(byNumber.errors, 'consoles.0.match')).toContain('replug');
  const twins = checkConnections({
    consoles: [newConsole('main', match), newConsole('main', { by: 'path', value: 'x' })],
    power: null,
    usbSocket: null,
  });
  expect(twins).toMatchObject({ ok: false, errors: { consoles: 'two consoles share a name' } });
});

test('a line that is no port of this machine needs its own address, and no port', () => {
  const check = (endpoint: ConsoleEndpoint) =>
    checkConnections({ consoles: [{ ...newConsole('main', null), endpoint }], power: null, usbSocket: null });
  expect(check({ kind: 'rfc2217', host: 'rack', port: 4001 })).toMatchObject({ ok: true });
  expect(check({ kind: 'command', argv: ['ssh', 'rack'] })).toMatchObject({ ok: true });
  const missing: [ConsoleEndpoint, string][] = [
    [{ kind: 'tcp', host: '', port: 4001 }, 'host'],
    [{ kind: 'tcp', host: 'rack', port: 0 }, 'port'],
    [{ kind: 'unix', path: 'relative' }, 'path'],
    [{ kind: 'command', argv: [] }, 'argv'],
  ];
  for (const [endpoint, field] of missing) {
    const checked = check(endpoint);
    if (checked.ok) throw new Error('should be refused');
    expect(errorUnder(checked.errors, `consoles.0.endpoint.${field}`)).not.toBeNull();
    expect(errorUnder(checked.errors, 'consoles.0.match')).toBeNull();
  }
});

test('a refusal of the core lands at the field it names', () => {
  const problem = {
    code: 'CONFLICT',
    message: 'port is bound',
    hint: 'Unbind it.',
    field: 'power.match',
  } as const;
  expect(errorAtField(problem)).toEqual({ 'power.match': 'port is bound. Unbind it.' });
  expect(errorAtField({ ...problem, field: null })).toBeNull();
});
