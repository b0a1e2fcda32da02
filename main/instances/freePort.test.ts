import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, isPortFree } from './freePort.ts';

test('a port somebody listens on is not free, on whatever address', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  expect(await isPortFree(port)).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await isPortFree(port)).toBe(true);
});

test('what another instance keeps for itself is not dealt again', async () => {
  const first = (await freePort(new Set())) ?? 0;
  const second = (await freePort(new Set([first]))) ?? 0;
  expect(second).toBeGreaterThan(first);
  expect(await isPortFree(second)).toBe(true);
});
