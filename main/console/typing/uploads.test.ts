import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../base/logger.ts';
import { UploadsService } from './uploads.ts';

let root: string;
let dir: string;
let uploads: UploadsService;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'labdeck-uploads-'));
  dir = join(root, 'uploads');
  uploads = new UploadsService({ dir, logger: silentLogger });
  await uploads.start();
});
afterEach(async () => {
  await uploads.close();
  rmSync(root, { recursive: true, force: true });
});

test('a file arrives in pieces, whole and under its name, for nobody else to read', async () => {
  const { uploadId } = await uploads.begin('zImage', 6);
  await uploads.append(uploadId, 0, Buffer.from('abc'));
  expect(() => uploads.finished(uploadId)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  // The answer got lost, and the piece comes again.
  await uploads.append(uploadId, 0, Buffer.from('abc'));
  expect(await uploads.append(uploadId, 3, Buffer.from('def'))).toEqual({ receivedBytes: 6 });
  const { path } = uploads.finished(uploadId);
  expect(basename(path)).toBe('zImage');
  expect(readFileSync(path, 'utf8')).toBe('abcdef');
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  await uploads.discard(uploadId);
  expect(existsSync(path)).toBe(false);
});

test('a gap, more than announced, and what was never begun are refused', async () => {
  const { uploadId } = await uploads.begin('f', 4);
  await expect(uploads.append(uploadId, 2, Buffer.from('x'))).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(uploads.append(uploadId, 0, Buffer.from('12345'))).rejects.toMatchObject({
    code: 'TOO_LARGE',
  });
  await expect(uploads.append('nothing', 0, Buffer.from('x'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(uploads.begin('f', 3 * 1024 ** 3)).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test.each(['../evil', 'a/b', '..', 'nul\0'])('a name that leads elsewhere is refused: %j', async (name) => {
  await expect(uploads.begin(name, 1)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    data: { field: 'name' },
  });
  expect(existsSync(dir) ? readdirSync(dir) : []).toEqual([]);
});

test('what an earlier run left behind is gone after a start', async () => {
  mkdirSync(join(dir, 'old'), { recursive: true });
  writeFileSync(join(dir, 'old', 'f'), 'x');
  await new UploadsService({ dir, logger: silentLogger }).start();
  expect(existsSync(join(dir, 'old'))).toBe(false);
});
