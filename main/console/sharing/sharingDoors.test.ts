import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { doors, SharingBench, waiting } from '../../../test/fakes/sharingBench.ts';

let bench: SharingBench;
beforeEach(() => {
  bench = new SharingBench();
});
afterEach(() => bench.dispose());

test('a read-only door refuses typing, and can be opened for it without losing its clients', async () => {
  await bench.sharing.apply(doors({ telnet: { readOnly: true } }));
  const client = await bench.enter('telnet');
  client.send('x');
  await client.hears('This door is read-only');
  expect(bench.board.typed.length).toBe(0);
  await bench.sharing.apply(doors({ telnet: { readOnly: false } }));
  client.send('y');
  await vi.waitFor(() => expect(bench.board.typed.toString()).toBe('y'), waiting);
});

test('a door that stays keeps port and clients while others open and close', async () => {
  const first = await bench.sharing.apply(doors({ telnet: {}, tcp: {} }));
  const client = await bench.enter('telnet');
  const raw = await bench.enter('tcp');
  const left: string[] = [];
  bench.sharing.onDidLeave((clientId) => left.push(clientId));
  const rawId = bench.sharing.state.clients.find((c) => c.who.startsWith('tcp'))?.clientId;
  const second = await bench.sharing.apply(doors({ telnet: {}, unix: {} }));
  expect(second.telnet?.port).toBe(first.telnet?.port);
  expect(second).toMatchObject({ tcp: null, clients: [{ readOnly: false }] });
  await raw.isClosed();
  expect(left).toEqual([rawId]);
  bench.board.print('still here');
  await client.hears('still here');
});

test('a door is opened to everybody at the port it has', async () => {
  const { telnet } = await bench.sharing.apply(doors({ telnet: {} }));
  const port = telnet?.port ?? 0;
  const opened = await bench.sharing.apply(doors({ telnet: { port, address: '0.0.0.0', consent: true } }));
  expect(opened.telnet).toMatchObject({ port, address: '0.0.0.0', exposed: true });
});

test('a port that is taken is a conflict, the other doors open all the same, and the state says why', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => occupant.once('listening', resolve));
  const { port } = occupant.address() as { port: number };
  await expect(bench.sharing.apply(doors({ unix: {}, telnet: { port } }))).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { field: 'telnet.port' },
  });
  expect(bench.sharing.state).toMatchObject({ telnet: null, problem: `Port ${port} is taken` });
  await (await bench.enter('unix')).socket.end();
  await new Promise((resolve) => occupant.close(resolve));
  expect(await bench.sharing.apply(doors({ telnet: { port } }))).toMatchObject({
    telnet: { port },
    problem: null,
  });
});

test('the unix socket is private, takes the place of a leftover, and is gone afterwards', async () => {
  const path = join(bench.dir, 'main.sock');
  const before = process.umask();
  await bench.sharing.apply(doors({ unix: {} }));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(process.umask()).toBe(before);
  const second = bench.share({});
  await expect(second.apply(doors({ unix: {} }))).rejects.toMatchObject({ code: 'CONFLICT' });
  await bench.sharing.apply(doors({}));
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, 'precious');
  await expect(bench.sharing.apply(doors({ unix: {} }))).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(existsSync(path)).toBe(true);
});
