import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LabError } from '../../contract/labError.ts';
import { type DownloadOptions, download } from './download.ts';

const content = Buffer.alloc(300_000, 'lava');
let dir: string;
let servers: Server[];
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-download-'));
  servers = [];
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(dir, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function fetchFile(address: string, options: Partial<DownloadOptions> = {}) {
  return download(address, path.join(dir, 'got'), {
    maxBytes: 1_000_000,
    field: 'source.location',
    ...options,
  });
}

async function failure(work: Promise<unknown>): Promise<LabError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (!(error instanceof LabError)) throw new Error(`no LabError: ${String(error)}`);
  // Whatever went wrong, no piece of it stays.
  expect(await readdir(dir)).toEqual([]);
  return error;
}

test('a file comes whole, with its checksum and with progress, over redirects', async () => {
  const address = await serve((request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
    else response.writeHead(200, { 'content-length': content.length, etag: '"1"' }).end(content);
  });
  const shares: number[] = [];
  const got = await fetchFile(`${address}/a`, { onProgress: (share) => shares.push(share) });
  expect(got?.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  expect(got).toMatchObject({ sizeBytes: content.length, etag: '"1"' });
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
});

test('what has not changed is not fetched again', async () => {
  const address = await serve((request, response) => {
    if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
    else response.end(content);
  });
  expect(await fetchFile(address, { known: { etag: '"1"', lastModified: null } })).toBeNull();
  expect((await fetchFile(address, { known: { etag: '"0"', lastModified: null } }))?.sizeBytes).toBe(
    content.length,
  );
});

test('an answer that is no file says which it was', async () => {
  const address = await serve((_, response) => response.writeHead(404).end('gone'));
  const error = await failure(fetchFile(`${address}/lava.tar.gz`));
  expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.location' } });
  expect(error.message).toContain('404');
});

test('redirects that never end are ended', async () => {
  const address = await serve((_, response) => response.writeHead(302, { location: '/again' }).end());
  expect((await failure(fetchFile(address))).message).toContain('redirects more than 5 times');
});

test('a redirect to a file of this machine is not followed', async () => {
  const address = await serve((_, response) =>
    response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  );
  expect((await failure(fetchFile(address))).message).toContain('no web address');
});

test('a file cut in the middle is damaged', async () => {
  const address = await serve((_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 1000), () => response.destroy());
  });
  expect((await failure(fetchFile(address))).code).toBe('DAMAGED');
});

test('too much is refused, announced or not', async () => {
  const announced = await serve((_, response) =>
    response.writeHead(200, { 'content-length': 5_000_000 }).flushHeaders(),
  );
  expect((await failure(fetchFile(announced))).code).toBe('TOO_LARGE');
  const endless = await serve((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(content));
    };
    response.on('drain', more).on('error', () => {});
    more();
  });
  expect((await failure(fetchFile(endless))).code).toBe('TOO_LARGE');
});

test('a server that falls silent is given up', async () => {
  const address = await serve((_, response) => void response.write('a'));
  expect((await failure(fetchFile(address, { silenceMs: 100 }))).code).toBe('TIMEOUT');
});

test('a download ends when it is cancelled, and leaves no file', async () => {
  const cancel = new AbortController();
  const address = await serve((_, response) => response.write('a', () => cancel.abort(new Error('enough'))));
  await expect(fetchFile(address, { signal: cancel.signal })).rejects.toThrow('enough');
  expect(await readdir(dir)).toEqual([]);
});

test('an address nobody answers at, and one with a password, is named without the password', async () => {
  const error = await failure(fetchFile('http://me:secret@127.0.0.1:1/lava.tar'));
  expect(error.code).toBe('BAD_REQUEST');
  expect(error.message).not.toContain('secret');
});
