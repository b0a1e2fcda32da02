import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { detectEngine } from '../../main/instances/engine/detectEngine.ts';
import type { ContainerEngine } from '../../main/instances/engine/engine.ts';
import { newEar } from '../../main/instances/images/imageBench.ts';
import { ImageService } from '../../main/instances/images/index.ts';

// A recipe of a moment: what is checked here is the way to an image, not what LAVA's has in it.
const recipe = {
  Containerfile: [
    'ARG BASE',
    'FROM $BASE',
    'COPY apt.conf /etc/apt/apt.conf.d/95labdeck',
    'COPY image.json /usr/lib/labdeck/',
    'RUN apt-get update -q && apt-get install -qy --no-install-recommends hello && rm -rf /var/lib/apt/lists/* /var/cache/apt/*',
  ].join('\n'),
  'image.json': '{\n "lavaVersion": "2026.09"\n}\n',
};
const forky = { kind: 'package', suite: 'forky' } as const;
const plain = { qemu: false };
const labId = `images-${process.pid}`;

let dir: string;
let engine: ContainerEngine;
let images: ImageService;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-images-real-'));
  const found = await detectEngine({ env: process.env, signal: new AbortController().signal });
  if (!('engine' in found)) throw new Error(JSON.stringify(found.problems));
  engine = found.engine;
  const recipeDir = path.join(dir, 'recipe');
  await mkdir(recipeDir);
  for (const [name, text] of Object.entries(recipe)) await writeFile(path.join(recipeDir, name), text);
  images = new ImageService({
    engine: async () => engine,
    recipeDir,
    workDir: path.join(dir, 'work'),
    cacheDir: path.join(dir, 'cache'),
    labId: () => labId,
    clock: systemClock,
    logger: silentLogger,
    // Also where there is a registry: this is about doing without.
    isRegistryReachable: async () => false,
  });
});
afterAll(async () => {
  await images.prune(new Set());
  await rm(dir, { recursive: true, force: true });
});

const leftOver = () => readdir(path.join(dir, 'work'));
const processes = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
/** Working containers, names and dangling images as the engine has them. */
function engineState(): string {
  const podman = (...args: string[]) => execFileSync('podman', args, { encoding: 'utf8' });
  return podman(
    'images',
    '--all',
    '--filter',
    `label=io.labdeck.lab=${labId}`,
    '--format',
    '{{.ID}} {{.Repository}}',
  );
}

test('cancelling while a Debian is bootstrapped leaves no process, no mount, no file and no image', async () => {
  const ear = newEar();
  const work = images.ensure(forky, plain, { ...ear.listener, refresh: false });
  await expect
    .poll(() => ear.heard.lines.join('\n'), { timeout: 120_000 })
    .toContain('I: extracting archives');
  ear.cancel();
  await expect(work).rejects.toThrow('cancelled');
  expect(await leftOver()).toEqual([]);
  expect(processes()).not.toContain(path.join(dir, 'work'));
  expect(execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' })).not.toContain(dir);
  expect(engineState()).toBe('');
});

test('an image comes of nothing but an archive of packages, and goes without a trace', async () => {
  const ear = newEar();
  const built = await images.ensure(forky, plain, { ...ear.listener, refresh: false });
  expect(built.version).toBe('2026.09');
  expect(ear.heard.steps).toEqual(['base', 'image']);
  expect(ear.heard.shares.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(10);
  expect(await leftOver()).toEqual([]);
  const [image, base] = await images.list();
  expect([image?.is.role, base?.is.role]).toEqual(['instance', 'base']);
  expect(image?.ownBytes).toBeLessThan(base?.ownBytes ?? 0);
  const again = newEar();
  expect(await images.ensure(forky, plain, { ...again.listener, refresh: false })).toEqual(built);
  expect(again.heard.steps).toEqual([]);
  // Made with this machine's own settings, so what is built on it can fetch packages, too.
  const published = await images.ensure({ kind: 'image', reference: image?.references[0] ?? '' }, plain, {
    ...newEar().listener,
    refresh: false,
  });
  expect(published.imageId).not.toBe(built.imageId);
  const kept = await images.prune(new Set([built.imageId]));
  expect(kept.removed).toEqual([published.imageId]);
  expect((await images.prune(new Set())).removed).toHaveLength(2);
  expect(engineState()).toBe('');
});
