import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { JsonFile, noticeOf } from './jsonFile.ts';

const schema = z.strictObject({ version: z.literal(2), names: z.array(z.string()) });
const atMs = Date.UTC(2024, 1, 29, 12, 30, 5, 7);

let dir: string;
let file: string;
const make = () => new JsonFile({ path: file, schema, version: 2, nowMs: () => atMs });

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-json-'));
  file = path.join(dir, 'list.json');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('what was written is what the next start reads', async () => {
  await make().write({ version: 2, names: ['a', 'é'] });
  expect(await make().load()).toEqual({ found: 'value', value: { version: 2, names: ['a', 'é'] } });
});

test('no file is nothing, and reading makes none', async () => {
  expect(await make().load()).toEqual({ found: 'nothing' });
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['cut off', '{"version":2,"names":["a"'],
  ['empty', ''],
  ['of another shape', '{"version":2,"names":"a"}'],
  ['with a field nobody knows', '{"version":2,"names":[],"more":1}'],
  ['of a version that never was', '{"version":1,"names":[]}'],
  ['without a version', '[]'],
])('a file %s is set aside byte for byte under a name with the time', async (_what, text) => {
  await writeFile(file, text);
  const loaded = await make().load();
  expect(loaded).toMatchObject({ found: 'damaged', keptAs: 'list.damaged-2024-02-29T12-30-05-007Z.json' });
  expect(await readFile(path.join(dir, 'list.damaged-2024-02-29T12-30-05-007Z.json'), 'utf8')).toBe(text);
  expect(existsSync(file)).toBe(false);
});

test('a file of a newer version is kept as newer, not called damaged', async () => {
  await writeFile(file, '{"version":3,"names":{}}');
  const json = make();
  const loaded = await json.load();
  expect(loaded).toMatchObject({ found: 'newer', keptAs: 'list.newer-2024-02-29T12-30-05-007Z.json' });
  expect(noticeOf('The list', json, loaded)?.text).toContain('list.newer-2024-02-29T12-30-05-007Z.json');
});

test('a second damaged file in the same millisecond does not replace the first', async () => {
  await writeFile(file, 'first');
  await make().load();
  await writeFile(file, 'second');
  await make().load();
  const texts = await Promise.all((await readdir(dir)).map((name) => readFile(path.join(dir, name), 'utf8')));
  expect(texts.sort()).toEqual(['first', 'second']);
});

test('a file that can neither be read nor moved is never written over', async () => {
  await mkdir(file); // reading a folder fails with EISDIR, for root too
  const json = make();
  expect(await json.load()).toMatchObject({ found: 'unreadable', keptAs: null });
  await expect(json.write({ version: 2, names: [] })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(json.remove()).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await readdir(dir)).toEqual(['list.json']);
});

test('writes follow one another: the last one asked for is the one kept', async () => {
  const json = make();
  await Promise.all(['1', '2', '3', '4', '5'].map((name) => json.write({ version: 2, names: [name] })));
  expect(await make().load()).toMatchObject({ value: { names: ['5'] } });
  expect(await readdir(dir)).toEqual(['list.json']);
});

test('a write that fails says why, leaves the old document whole, and the next one works', async () => {
  const json = make();
  await json.write({ version: 2, names: ['old'] });
  const beside = `${file}.tmp-${process.pid}`;
  await mkdir(beside);
  await expect(json.write({ version: 2, names: ['new'] })).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 2, names: ['old'] });
  await rm(beside, { recursive: true });
  await json.write({ version: 2, names: ['new'] });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ version: 2, names: ['new'] });
});

test('what would not read back is refused before it is written', async () => {
  const json = make();
  await json.write({ version: 2, names: ['old'] });
  await expect(json.write({ version: 2, names: [7] } as unknown as z.infer<typeof schema>)).rejects.toThrow();
  expect(await make().load()).toMatchObject({ value: { names: ['old'] } });
});

test('others on the machine cannot read it', async () => {
  await chmod(dir, 0o755);
  await make().write({ version: 2, names: [] });
  const { stat } = await import('node:fs/promises');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a document that is well raises no notice', async () => {
  const json = make();
  expect(noticeOf('The list', json, await json.load())).toBeNull();
});
