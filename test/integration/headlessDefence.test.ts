import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';

let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-headless-'));
  lab = await HeadlessHost.start(dataDir);
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a hostile page on the same machine', () => {
  test('gets nowhere without the token', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Basic ${btoa('a:b')}` },
    ]) {
      const answer = await lab.raw({
        path: '/api/v1/boards',
        headers: { host: new URL(lab.url).host, ...headers },
      });
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    }
  });

  test('is refused by its Origin and by a rebound Host, even with the token', async () => {
    const { host } = new URL(lab.url);
    const authorization = `Bearer ${lab.token}`;
    const foreign: Record<string, string>[] = [
      { host, authorization, origin: 'http://evil.example' },
      { host, authorization, origin: 'null' },
      { host: 'evil.example', authorization },
      { host: `evil.example:${new URL(lab.url).port}`, authorization },
      { host, authorization, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ];
    for (const headers of foreign)
      expect((await lab.raw({ path: '/api/v1/boards', headers })).body).toMatchObject({ code: 'FORBIDDEN' });
    expect(
      (await lab.raw({ path: '/api/v1/boards', headers: { host, authorization, origin: lab.url } })).status,
    ).toBe(200);
  });

  test('cannot open a WebSocket', async () => {
    const { host, hostname, port } = new URL(lab.url);
    const upgrade = (headers: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), hostname, () =>
          socket.write(
            `GET /ws/control HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
              `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n${headers}\r\n`,
          ),
        );
        socket.once('data', (bytes) => {
          socket.destroy();
          resolve(bytes.toString('latin1').split('\r\n')[0] ?? '');
        });
        socket.once('error', reject);
      });
    expect(await upgrade('')).toContain('401');
    expect(await upgrade(`Authorization: Bearer ${lab.token}\r\nOrigin: http://evil.example\r\n`)).toContain(
      '403',
    );
    expect(await upgrade(`Authorization: Bearer ${lab.token}\r\nOrigin: ${lab.url}\r\n`)).toContain('101');
  });

  test('cannot end the host: neither by sockets it resets nor by paths that are none', async () => {
    const { host, hostname, port } = new URL(lab.url);
    for (let i = 0; i < 100; i++)
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(
            `GET /ws/${i % 2 ? 'control' : 'nowhere'} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n` +
              'Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
            () => socket.resetAndDestroy(),
          );
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve());
      });
    for (const path of ['//', '//x/api/v1/boards', '*']) {
      expect((await lab.raw({ path, headers: { host } })).status).toBe(400);
      expect((await lab.raw({ path, socketPath: lab.socket })).status).toBe(400);
    }
    expect((await lab.rest('GET', '/consoles/%E0%A4%A/recording')).status).toBe(404);
    expect((await lab.rest('GET', '/health')).status).toBe(200);
  });

  test('the token is exchanged for a cookie that no script can read and no other site sends', async () => {
    const { host } = new URL(lab.url);
    const answer = await lab.raw({
      method: 'POST',
      path: '/session',
      headers: { host, origin: lab.url, authorization: `Bearer ${lab.token}` },
    });
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const [pair] = cookie.split(';');
    expect((await lab.raw({ path: '/api/v1/boards', headers: { host, cookie: pair ?? '' } })).status).toBe(
      200,
    );
    expect((await lab.raw({ method: 'POST', path: '/session', headers: { host } })).status).toBe(401);
  });

  test('the page cannot be left for a file outside of it', async () => {
    const { host } = new URL(lab.url);
    for (const path of [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/main/headless.js',
      '/assets/../../main/core.js',
    ])
      expect((await lab.raw({ path, headers: { host } })).status).toBe(404);
  });
});
