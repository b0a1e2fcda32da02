import { expect, test } from 'vitest';
import { argvOfText, bindingOfKind, endpointText, hasLineSettings, lineKindOf } from './endpointDraft.ts';

test('a host typed for one network kind serves the other', () => {
  const before = { kind: 'tcp', host: 'rack', port: 4001 } as const;
  expect(bindingOfKind('rfc2217', before)).toEqual({
    match: null,
    endpoint: { kind: 'rfc2217', host: 'rack', port: 4001 },
  });
  expect(bindingOfKind('unix', before)).toEqual({ match: null, endpoint: { kind: 'unix', path: '' } });
  expect(bindingOfKind('port', before)).toEqual({ match: null, endpoint: null });
  expect(lineKindOf({ endpoint: before })).toBe('tcp');
  expect(lineKindOf({ endpoint: null })).toBe('port');
});

test('an endpoint is said in a line', () => {
  expect(endpointText({ kind: 'rfc2217', host: 'rack', port: 4001 })).toBe('rfc2217://rack:4001');
  expect(endpointText({ kind: 'tcp', host: 'fe80::1', port: 23 })).toBe('tcp://[fe80::1]:23');
  expect(endpointText({ kind: 'unix', path: '/run/x' })).toBe('/run/x');
  expect(endpointText({ kind: 'command', argv: ['ssh', 'rack'] })).toBe('ssh rack');
});

test('a command has one argument per line, and no shell splits it', () => {
  expect(argvOfText('ssh\nmy rack\n\n--flag="a b"\n')).toEqual(['ssh', 'my rack', '--flag="a b"']);
});

test('only lines with a UART behind them have a baud rate', () => {
  expect(
    ['port', 'rfc2217', 'tcp', 'unix', 'command'].filter((kind) => hasLineSettings(kind as 'port')),
  ).toEqual(['port', 'rfc2217']);
});
