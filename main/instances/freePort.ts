import { createServer } from 'node:net';

/** Where looking begins, and how many are tried. */
export const usualPorts = { firstPort: 8100, count: 800 } as const;

/** Whether nobody listens on this port of 127.0.0.1, nor on all addresses. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * The first port nobody has now and none of `taken` keeps for itself; null: all are in use. It may be taken again
 * before it is used: starting then fails and another is chosen.
 */
export async function freePort(
  taken: ReadonlySet<number>,
  firstPort: number = usualPorts.firstPort,
): Promise<number | null> {
  for (let port = firstPort; port < firstPort + usualPorts.count; port += 1)
    if (!taken.has(port) && (await isPortFree(port))) return port;
  return null;
}
