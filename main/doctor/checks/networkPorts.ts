import type { Check, Found } from '../check.ts';
import type { Machine } from '../machine.ts';

/** TCP ports this machine listens on, from /proc/net/tcp and tcp6 (state 0A: LISTEN). */
export function parseListening(text: string): Set<number> {
  const ports = new Set<number>();
  for (const line of text.split('\n')) {
    const match = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /i.exec(line);
    if (match?.[1] !== undefined) ports.add(Number.parseInt(match[1], 16));
  }
  return ports;
}

/** Whether instances find a port for their web pages among those they take. */
export function instancePortsCheck(
  machine: Machine,
  { firstPort, count }: { readonly firstPort: number; readonly count: number },
): Check {
  const why = 'Each instance has its web page and its API on a port of its own, for this computer alone.';
  return {
    name: 'instance-ports',
    title: 'Ports for instances',
    group: 'instances',
    followsPorts: false,
    look: async () => {
      const listening = await listeningPorts(machine);
      const lastPort = firstPort + count - 1;
      const taken = [...listening].filter((port) => port >= firstPort && port <= lastPort).length;
      const free = count - taken;
      return [
        {
          severity: free === 0 ? 'error' : free < 10 ? 'warning' : 'ok',
          title: free < 10 ? 'Few ports are left for instances' : 'There are ports for instances',
          what: `${free} of the ports ${firstPort} to ${lastPort} are free.${free < 10 ? ' Stop programs that listen there.' : ''}`,
          why,
        },
      ];
    },
  };
}

export interface ApiPortDeps {
  readonly whoListens: (port: number) => Promise<{ readonly pid: number; readonly command: string } | null>;
  /** Processes of Labdeck beside this one. */
  readonly ourPids: () => Promise<readonly number[]>;
}

/** Whether the port asked for with --port is free, or Labdeck's already. */
export function apiPortCheck(machine: Machine, port: number, deps: ApiPortDeps): Check {
  const why = 'The headless Labdeck answers browsers and scripts on it.';
  return {
    name: 'api-port',
    title: `Port ${port}`,
    group: 'machine',
    followsPorts: false,
    look: async (): Promise<Found[]> => {
      if (!(await listeningPorts(machine)).has(port))
        return [{ severity: 'ok', title: `Port ${port} is free`, what: 'Nobody listens on it.', why }];
      const who = await deps.whoListens(port);
      if (who !== null && (await deps.ourPids()).includes(who.pid))
        return [
          {
            severity: 'ok',
            title: `Labdeck answers on port ${port}`,
            what: `It is process ${who.pid}.`,
            why,
          },
        ];
      return [
        {
          severity: 'error',
          title: `Port ${port} is taken`,
          what: `${who === null ? 'A program of another user' : `${who.command} (pid ${who.pid})`} listens on it. Close it, or give another with --port.`,
          why,
        },
      ];
    },
  };
}

async function listeningPorts(machine: Machine): Promise<Set<number>> {
  const texts = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => machine.read(file)));
  if (texts.every((text) => text === null)) throw new Error('there is no /proc/net to ask');
  return new Set(texts.flatMap((text) => [...parseListening(text ?? '')]));
}
