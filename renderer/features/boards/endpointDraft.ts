import type { ConsoleBinding, ConsoleEndpoint } from '../../../main/contract/index.ts';

/** Where a line is: a port of this machine, or one of the kinds of endpoint. */
export type LineKind = 'port' | ConsoleEndpoint['kind'];

export const lineKinds: readonly { readonly value: LineKind; readonly label: string }[] = [
  { value: 'port', label: 'A port of this machine' },
  { value: 'rfc2217', label: 'RFC 2217 server (ser2net, Labdeck)' },
  { value: 'tcp', label: 'Raw TCP' },
  { value: 'unix', label: 'Unix socket' },
  { value: 'command', label: 'A command’s input and output' },
];

export function lineKindOf({ endpoint }: Pick<ConsoleBinding, 'endpoint'>): LineKind {
  return endpoint?.kind ?? 'port';
}

/** A binding of this kind to fill in; a host already typed is kept from one network kind to the other. */
export function bindingOfKind(
  kind: LineKind,
  before: ConsoleEndpoint | null,
): Pick<ConsoleBinding, 'match' | 'endpoint'> {
  const host = before !== null && 'host' in before ? before.host : '';
  switch (kind) {
    case 'port':
      return { match: null, endpoint: null };
    case 'rfc2217':
    case 'tcp':
      return {
        match: null,
        endpoint: { kind, host, port: before !== null && 'port' in before ? before.port : 0 },
      };
    case 'unix':
      return { match: null, endpoint: { kind, path: '' } };
    case 'command':
      return { match: null, endpoint: { kind, argv: [] } };
  }
}

/** `rfc2217://rack:4001`, `/run/lab/console`, `ssh rack picocom /dev/ttyS0`: an endpoint in a line. */
export function endpointText(endpoint: ConsoleEndpoint): string {
  switch (endpoint.kind) {
    case 'rfc2217':
    case 'tcp':
      return `${endpoint.kind}://${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
    case 'unix':
      return endpoint.path;
    case 'command':
      return endpoint.argv.join(' ');
  }
}

/** Baud rate and frame mean something there. */
export function hasLineSettings(kind: LineKind): boolean {
  return kind === 'port' || kind === 'rfc2217';
}

/** One argument per line, spaces and quotes in it kept as they are. */
export function argvOfText(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
