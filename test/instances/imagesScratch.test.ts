import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { createLogger } from '../../main/base/logger.ts';
import { detectEngine } from '../../main/instances/engine/detectEngine.ts';
import { ImageService } from '../../main/instances/images/index.ts';

let dir: string;
let images: ImageService;
const t0 = Date.now();
const listener = () => ({
  signal: new AbortController().signal,
  onStep: (s: string) => console.log(((Date.now() - t0) / 1000).toFixed(1), 'STEP', s),
  onProgress: (p: number) => {
    if (Math.floor(p * 20) !== last) {
      last = Math.floor(p * 20);
      console.log(((Date.now() - t0) / 1000).toFixed(1), 'progress', p.toFixed(2));
    }
  },
  onLine: (l: string) => {
    lines.push(l);
  },
});
const lines: string[] = [];
let last = -1;
beforeAll(async () => {
  dir = '/tmp/images-h/data';
  const found = await detectEngine({ env: process.env, signal: new AbortController().signal });
  if (!('engine' in found)) throw new Error(JSON.stringify(found));
  console.log(found.engine.info);
  images = new ImageService({
    engine: async () => found.engine,
    recipeDir: path.resolve('resources/instance'),
    workDir: path.join(dir, 'work'),
    cacheDir: path.join(dir, 'cache'),
    labId: 'images-scratch',
    clock: systemClock,
    logger: createLogger((l) => console.log(l), 'debug'),
  });
});
test('package', async () => {
  await images.sweep();
  console.log(await images.estimate({ kind: 'package', suite: 'forky' }, false, { qemu: false }));
  try {
    console.log(
      await images.ensure(
        { kind: 'package', suite: 'forky' },
        { qemu: false },
        { ...listener(), refresh: false },
      ),
    );
  } catch (e) {
    console.log(e, JSON.stringify(e));
    throw e;
  } finally {
    await writeFile('/tmp/images-h/lines.txt', lines.join('\n'));
  }
  console.log(
    (await images.list()).map(({ imageId, is, version, sizeBytes, ownBytes, references }) => ({
      imageId,
      is,
      version,
      sizeBytes,
      ownBytes,
      references,
    })),
  );
  console.log(await readdir(path.join(dir, 'work')));
});
test.runIf(process.env.TREE)('refresh', async () => {
  console.log(
    await images.ensure(
      { kind: 'package', suite: 'forky' },
      { qemu: false },
      { ...listener(), refresh: true },
    ),
  );
  console.log(((Date.now() - t0) / 1000).toFixed(1), 'refreshed');
});
