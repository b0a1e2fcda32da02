import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { JsonFile } from './jsonFile.ts';
import { loadTelling } from './jsonFileTelling.ts';
import { createLogger } from './logger.ts';

const schema = z.strictObject({ version: z.literal(1), names: z.array(z.string()) });
let dir: string;
let file: string;
let log: string[];
let posted: { topic: string; severity: string; title: string; text: string }[];

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-telling-'));
  file = path.join(dir, 'list.json');
  log = [];
  posted = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function load(hasNotices = true) {
  const post = (topic: string, notice: Omit<(typeof posted)[number], 'topic'>) =>
    posted.push({ topic, ...notice });
  return loadTelling(new JsonFile({ path: file, schema, version: 1 }), {
    what: 'The list',
    topic: 'list-file',
    notices: hasNotices ? { post } : null,
    logger: createLogger((line) => log.push(line)),
  });
}

test('a document that is well is answered, one that is not there is null, and neither is worth a word', async () => {
  expect(await load()).toBeNull();
  await writeFile(file, '{"version":1,"names":["a"]}');
  expect(await load()).toEqual({ version: 1, names: ['a'] });
  expect(posted).toEqual([]);
  expect(log).toEqual([]);
});

test('a damaged one is null, told once under its topic with the name it is kept as, and logged', async () => {
  await writeFile(file, '{"version":1');
  expect(await load()).toBeNull();
  const [kept] = await readdir(dir);
  expect(kept).toMatch(/^list\.damaged-/);
  expect(posted).toMatchObject([
    { topic: 'list-file', severity: 'warning', title: 'The list could not be read' },
  ]);
  expect(posted[0]?.text).toContain(kept);
  expect(log).toHaveLength(1);
  expect(log[0]).toContain('The list could not be read');
  expect(log[0]).toContain(kept);
});

test('one that cannot be moved either is told as one that will not be saved', async () => {
  await mkdir(file); // reading a folder fails with EISDIR, for root too
  expect(await load()).toBeNull();
  expect(posted).toMatchObject([{ severity: 'error', title: 'The list cannot be saved' }]);
});

test('where nobody is to be told, the log has it', async () => {
  await writeFile(file, '[]');
  expect(await load(false)).toBeNull();
  expect(log).toHaveLength(1);
});
