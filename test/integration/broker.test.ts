import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';
import { RawClient } from '../fakes/rawClient.ts';

// The console broker as a script sees it: everything over REST and the doors it opens, on a real host.

const line = 'virtual-1.main';
let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-broker-'));
  lab = await HeadlessHost.start(dataDir);
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a lease', () => {
  test('keeps others from typing and from the power switch until it is given back', async () => {
    await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on' });
    const taken = await lab.rest(
      'POST',
      `/consoles/${line}/lease`,
      { why: 'nightly run' },
      {
        'labdeck-client': 'nightly',
      },
    );
    expect(taken).toMatchObject({
      status: 200,
      body: { lease: { holder: { who: 'nightly' }, kind: 'taken' } },
    });
    const mine = { 'labdeck-lease': taken.body.leaseId };

    const typed = await lab.rest('POST', `/consoles/${line}/input`, { text: 'x' });
    expect(typed).toMatchObject({ status: 423, body: { code: 'LEASED' } });
    expect(typed.body.message).toContain('nightly');
    expect((await lab.rest('PUT', '/boards/virtual-1/power', { state: 'off' })).status).toBe(423);
    expect((await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on' }, mine)).status).toBe(200);

    await lab.rest('DELETE', `/consoles/${line}/lease`, undefined, mine);
    expect((await lab.rest('GET', `/consoles/${line}/lease`)).body).toBeNull();
    expect((await lab.rest('POST', `/consoles/${line}/input`, { text: ' ' })).status).toBe(200);
  });

  test('taken over for the power switch is gone, and its id is refused', async () => {
    const { body } = await lab.rest('POST', `/consoles/${line}/lease`, { takeOver: true });
    const power = await lab.rest('PUT', '/boards/virtual-1/power', { state: 'off', takeOver: true });
    expect(power.status).toBe(200);
    const late = await lab.rest('POST', `/consoles/${line}/lease`, {}, { 'labdeck-lease': body.leaseId });
    expect(late).toMatchObject({ status: 423, body: { code: 'LEASED' } });
  });

  test('is in the list of consoles, for everybody to see', async () => {
    const { body } = await lab.rest('POST', `/consoles/${line}/lease`, { why: 'flashing', takeOver: true });
    const [info] = (await lab.rest('GET', '/boards/virtual-1/consoles')).body;
    expect(info.lease).toMatchObject({ why: 'flashing', idle: false });
    await lab.rest('DELETE', `/consoles/${line}/lease`, undefined, { 'labdeck-lease': body.leaseId });
  });
});

describe('sharing', () => {
  test('answers the real port, lets telnet and a unix socket see the same bytes, and keeps the port over a restart', async () => {
    const shared = await lab.rest('PUT', `/consoles/${line}/sharing`, {
      telnet: { port: 0, readOnly: false },
      unix: {},
    });
    expect(shared.status).toBe(200);
    const { port } = shared.body.telnet;
    expect(port).toBeGreaterThan(0);
    expect(shared.body.telnet).toMatchObject({ readOnly: false, address: '127.0.0.1', exposed: false });

    const telnet = await RawClient.connect({ port, host: '127.0.0.1' });
    const unix = await RawClient.connect({ path: shared.body.unix.path });
    await vi.waitFor(
      async () => {
        const [info] = (await lab.rest('GET', '/boards/virtual-1/consoles')).body;
        expect(info.sharing.clients).toHaveLength(2);
      },
      { timeout: 10_000 },
    );
    await lab.toPrompt('virtual-1');
    await telnet.hears('=> ');
    await unix.hears('=> ');
    telnet.destroy();
    unix.destroy();

    await lab.stop();
    lab = await HeadlessHost.start(dataDir);
    const after = await lab.rest('GET', `/consoles/${line}/sharing`);
    expect(after.body.telnet.port).toBe(port);
    expect((await lab.rest('PUT', `/consoles/${line}/sharing`, {})).body).toMatchObject({
      telnet: null,
      unix: null,
      tcp: null,
    });
  }, 60_000);

  test('to the network wants a token or a consent', async () => {
    const asked = await lab.rest('PUT', `/consoles/${line}/sharing`, { tcp: { address: '0.0.0.0' } });
    expect(asked).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    const consented = await lab.rest('PUT', `/consoles/${line}/sharing`, {
      tcp: { address: '0.0.0.0', consent: true },
    });
    expect(consented.body.tcp.exposed).toBe(true);
    await lab.rest('PUT', `/consoles/${line}/sharing`, {});
  });
});

describe('a console can be', () => {
  test('a TCP server', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => socket.write(`<${bytes.toString('latin1')}>`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await lab.rest('POST', '/boards', {
      name: 'net',
      consoles: [{ endpoint: { kind: 'tcp', host: '127.0.0.1', port } }],
    });
    await vi.waitFor(
      async () => expect((await lab.rest('GET', '/boards/net/consoles')).body[0].state).toBe('open'),
      { timeout: 15_000 },
    );
    await lab.rest('POST', '/consoles/net.main/input', { text: 'ping' });
    await lab.waitForOutput('net.main', '<ping>');
    await lab.rest('DELETE', '/boards/net');
    server.close();
  }, 30_000);

  test('a program', async () => {
    await lab.rest('POST', '/boards', {
      name: 'prog',
      consoles: [{ endpoint: { kind: 'command', argv: ['cat'] } }],
    });
    await vi.waitFor(
      async () => expect((await lab.rest('GET', '/boards/prog/consoles')).body[0].state).toBe('open'),
      { timeout: 15_000 },
    );
    await lab.rest('POST', '/consoles/prog.main/input', { text: 'through a pipe\n' });
    await lab.waitForOutput('prog.main', 'through a pipe');
    await lab.rest('DELETE', '/boards/prog');
  }, 30_000);
});

describe('boards that change under their consoles', () => {
  const chatty = (script: string) => [{ endpoint: { kind: 'command', argv: ['sh', '-c', script] } }];

  test('removed together, one of them slow to close, take nothing with them', async () => {
    await lab.rest('POST', '/boards', {
      name: 'slow',
      consoles: chatty('trap "" TERM; while :; do sleep 1; done'),
    });
    await lab.rest('POST', '/boards', {
      name: 'loud',
      consoles: chatty('while :; do echo x; sleep 0.02; done'),
    });
    await lab.waitForOutput('loud.main', 'x\nx');
    const removed = await Promise.all([
      lab.rest('DELETE', '/boards/slow'),
      lab.rest('DELETE', '/boards/loud'),
    ]);
    expect(removed.map(({ status }) => status)).toEqual([204, 204]);
    expect((await lab.rest('GET', '/consoles/loud.main/lease')).status).toBe(404);
    // Its core has to live through the time in which the slow one is waited for.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await lab.rest('GET', '/health')).status).toBe(200);
  }, 30_000);

  test('keep their lease over a rename', async () => {
    await lab.rest('POST', '/boards', { name: 'old-name', consoles: chatty('cat') });
    const { body } = await lab.rest('POST', '/consoles/old-name.main/lease', { why: 'a long job' });
    await lab.rest('PATCH', '/boards/old-name', { name: 'new-name' });
    const lease = await lab.rest('GET', '/consoles/new-name.main/lease');
    expect(lease.body).toMatchObject({ why: 'a long job' });
    const mine = { 'labdeck-lease': body.leaseId };
    await vi.waitFor(
      async () => {
        const typed = await lab.rest('POST', '/consoles/new-name.main/input', { text: 'on\n' }, mine);
        expect(typed.status).toBe(200);
      },
      { timeout: 10_000 },
    );
    await lab.rest('DELETE', '/boards/new-name');
  }, 30_000);
});
