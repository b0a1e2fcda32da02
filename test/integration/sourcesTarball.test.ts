import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instanceSource, LabError } from '../../main/contract/index.ts';
import { SourceReader, type TreeSource } from '../../main/instances/sources/index.ts';

let dir: string;
let reader: SourceReader;
let server: Server | null = null;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-tarball-'));
  reader = new SourceReader({ cacheDir: path.join(dir, 'cache'), scratchDir: dir });
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  await rm(dir, { recursive: true, force: true });
});

const packages = [
  'lava_common',
  'lava_dispatcher',
  'lava_rest_app',
  'lava_results_app',
  'lava_scheduler_app',
  'lava_server',
  'linaro_django_xmlrpc',
];

async function tarball(top: string, files: Record<string, string> = {}): Promise<Buffer> {
  const tar = pack();
  const all = {
    ...Object.fromEntries(packages.map((name) => [`${name}/__init__.py`, ''])),
    'share/x': '',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) tar.entry({ name: `${top}${name}` }, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function source(location: string, expected: string | null = null): TreeSource {
  const parsed = instanceSource.parse({ kind: 'tarball', location, sha256: expected });
  if (parsed.kind !== 'tarball') throw new Error('no tarball');
  return parsed;
}

async function refusal(work: Promise<unknown>): Promise<LabError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof LabError) return error;
  throw new Error(`it was not refused: ${String(error)}`);
}

test('a release in a file is found by its checksum, and its version by what it says itself', async () => {
  const file = path.join(dir, 'lava-2026.09.tar.gz');
  const bytes = await tarball('lava-2026.09/');
  await writeFile(file, bytes);
  const found = await reader.resolve(source(file));
  expect(found).toEqual({
    resolved: { title: 'lava-2026.09.tar.gz', commit: null, sha256: sha256(bytes) },
    identity: `tarball:${sha256(bytes)}`,
  });
  const got = await reader.fetch(source(file), path.join(dir, 'one'));
  expect((await readdir(got.tree)).sort()).toEqual([...packages, 'share'].sort());
  expect(await got.version('2026.08')).toBe('2026.09');
  await writeFile(file, await tarball('', { 'lava_common/VERSION': '2026.10.rc1\n' }));
  expect(await (await reader.fetch(source(file), path.join(dir, 'two'))).version('2026.08')).toBe(
    '2026.10.rc1',
  );
});

test('a checksum that does not fit is refused, with the one it has', async () => {
  const file = path.join(dir, 'lava.tar.gz');
  const bytes = await tarball('');
  await writeFile(file, bytes);
  const error = await refusal(reader.resolve(source(file, '0'.repeat(64))));
  expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.sha256' } });
  expect(error.message).toContain(sha256(bytes));
  expect((await reader.resolve(source(file, sha256(bytes)))).resolved.sha256).toBe(sha256(bytes));
});

test('a tarball on the web is downloaded once, and again when it changed', async () => {
  let bytes = await tarball('lava-2026.09/');
  const served: number[] = [];
  server = createServer((request, response) => {
    const etag = `"${sha256(bytes)}"`;
    const isKnown = request.headers['if-none-match'] === etag;
    served.push(isKnown ? 304 : 200);
    response.writeHead(isKnown ? 304 : 200, { etag }).end(isKnown ? undefined : bytes);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lava-2026.09.tar.gz`;
  const first = await reader.resolve(source(address));
  await reader.fetch(source(address), path.join(dir, 'one'));
  expect(served).toEqual([200, 304]);
  // What is wanted is known by its checksum: nobody has to be asked.
  await reader.resolve(source(address, first.resolved.sha256));
  expect(served).toEqual([200, 304]);
  bytes = await tarball('lava-2026.10/');
  expect((await reader.resolve(source(address))).resolved.sha256).toBe(sha256(bytes));
  expect(served).toEqual([200, 304, 200]);
  await reader.clear();
  await reader.resolve(source(address));
  expect(served).toEqual([200, 304, 200, 200]);
});

test('a missing file, a folder, and what is no LAVA tree are refused at their field', async () => {
  const field = 'source.location';
  const missing = await refusal(reader.resolve(source(path.join(dir, 'gone.tar.gz'))));
  expect(missing).toMatchObject({ code: 'BAD_REQUEST', data: { field } });
  await mkdir(path.join(dir, 'folder'));
  expect((await refusal(reader.resolve(source(path.join(dir, 'folder'))))).data.field).toBe(field);
  const other = path.join(dir, 'other.tar.gz');
  await writeFile(other, gzipSync(Buffer.alloc(10_240)));
  const error = await refusal(reader.fetch(source(other), path.join(dir, 'one')));
  expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { field } });
  expect(error.message).toContain('no LAVA source tree');
});

test('a bomb is stopped by what it makes of how little', async () => {
  const file = path.join(dir, 'bomb.tar.gz');
  const tar = pack();
  tar.entry({ name: 'zeros' }, Buffer.alloc(150 * 1024 ** 2));
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  await writeFile(file, gzipSync(Buffer.concat(chunks), { level: 9 }));
  const error = await refusal(reader.fetch(source(file), path.join(dir, 'one')));
  expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.location' } });
  expect(error.message).toContain('unpacks to more than');
});
