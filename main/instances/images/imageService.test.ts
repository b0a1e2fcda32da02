import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeEngine } from '../../../test/fakes/engine/fakeEngine.ts';
import { lavaRelease } from '../../../test/fakes/engine/lavaModel.ts';
import { type InstanceSource, instanceSource, LabError } from '../../contract/index.ts';
import type { BuildSpec, RunOptions } from '../engine/engine.ts';
import { requireSpace } from './diskSpace.ts';
import { ImageBench, newEar } from './imageBench.ts';
import type { ImageService } from './imageService.ts';

/** Says what the recipe's own steps say, which are no shell the fake understands. */
class RecipeEngine extends FakeEngine {
  /** What Debian has. */
  candidate = '2026.09-1';
  readonly built: string[] = [];

  override async build(spec: BuildSpec, run: RunOptions = {}): Promise<string> {
    const steps = await readFile(spec.containerfile, 'utf8');
    const imageId = await super.build(spec, run);
    const image = this.model.findImage(imageId);
    // A mere name on an image that has LAVA has it, too.
    if (image) image.lava ??= this.model.findImage(spec.buildArgs.BASE ?? '')?.lava ?? null;
    const lava = image?.lava;
    this.built.push(/apt-cache show/.test(steps) ? 'look' : (spec.labels['io.labdeck.title'] ?? 'peek'));
    if (/apt-cache show/.test(steps)) run.onLine?.(`labdeck-says ${this.candidate}`);
    if (lava) {
      run.onLine?.(`labdeck-image ${JSON.stringify({ ...lava, sourceVersion: null })}`);
      run.onLine?.(`labdeck-package ${this.candidate}`);
    }
    return imageId;
  }
}

const debian = 'docker.io/library/debian:forky-slim';
const forky: InstanceSource = { kind: 'package', suite: 'forky' };
const plain = { qemu: false };

let bench: ImageBench;
let engine: RecipeEngine;
let images: ImageService;
beforeEach(async () => {
  bench = await ImageBench.create();
  engine = new RecipeEngine();
  engine.model.registry = new Map([[debian, null]]);
  images = bench.service(engine);
});
afterEach(async () => {
  expect(await bench.left()).toEqual([]);
  await bench.remove();
});

const ensure = (source: InstanceSource = forky, { refresh = false, include = plain, ear = newEar() } = {}) =>
  images.ensure(source, include, { ...ear.listener, refresh });
const titles = async () => (await images.list()).map(({ is }) => is.title).sort();

async function refusal(work: Promise<unknown>): Promise<LabError> {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof LabError) return error;
  throw new Error(`it was not refused: ${String(error)}`);
}

function git(...args: string[]): string {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  return execFileSync('git', [...who, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

async function repository(): Promise<{ source: InstanceSource; commit(): string }> {
  const tree = await bench.writeTree('lava');
  git('init', '--quiet', '--initial-branch=master', tree);
  git('-C', tree, 'add', '--all');
  const commit = () => {
    git('-C', tree, 'commit', '--quiet', '--allow-empty', '--message', 'one');
    return git('-C', tree, 'rev-parse', 'HEAD');
  };
  return { source: instanceSource.parse({ kind: 'branch', repository: tree }), commit };
}

test('an image is built once for its source, on a base that others share', async () => {
  expect(await images.find(forky, plain)).toBeNull();
  const ear = newEar();
  const first = await ensure(forky, { ear });
  expect(first).toMatchObject({ version: '2026.09', resolved: { title: 'LAVA from Debian forky' } });
  expect(ear.heard.steps).toEqual(['base', 'image']);
  expect(ear.heard.shares.at(-1)).toBe(1);
  expect(await ensure()).toEqual(first);
  expect(await images.find(forky, plain)).toEqual(first);
  await ensure(forky, { include: { qemu: true } });
  expect(engine.built).toEqual([
    'Debian forky',
    'LAVA from Debian forky',
    'LAVA from Debian forky, with QEMU',
  ]);
});

test('two who want one image at once wait for one build', async () => {
  const [one, two] = await Promise.all([ensure(), ensure()]);
  expect(one).toEqual(two);
  expect(engine.built).toHaveLength(2);
});

test('cancelling leaves nothing behind, and stops nobody else', async () => {
  const [leaver, stayer] = [newEar(), newEar()];
  const left = ensure(forky, { ear: leaver });
  const stayed = ensure(forky, { ear: stayer });
  await expect.poll(() => stayer.heard.steps).toContain('image');
  leaver.cancel();
  await expect(left).rejects.toThrow('cancelled');
  expect((await stayed).version).toBe('2026.09');
  const last = newEar();
  const before = await titles();
  const cancelled = ensure({ kind: 'package', suite: 'forky' }, { include: { qemu: true }, ear: last });
  await expect.poll(() => last.heard.steps).toContain('image');
  last.cancel();
  await expect(cancelled).rejects.toThrow('cancelled');
  expect(await titles()).toEqual(before);
  expect(engine.model.working.size).toBe(0);
});

test('asked for the newest, it looks, and builds only what Debian has newer', async () => {
  const first = await ensure();
  expect(await ensure(forky, { refresh: true })).toEqual(first);
  engine.candidate = '2026.10-1';
  const second = await ensure(forky, { refresh: true });
  expect(second.imageId).not.toBe(first.imageId);
  expect(await images.find(forky, plain)).toEqual(second);
  expect(engine.built.filter((what) => what === 'LAVA from Debian forky')).toHaveLength(2);
  expect(await titles()).toHaveLength(3);
});

test('an image older than a month is made anew when the newest is asked for, base and all', async () => {
  await ensure();
  bench.aheadMs = 31 * 24 * 3_600_000;
  await ensure();
  expect(engine.built).toHaveLength(2);
  await ensure(forky, { refresh: true });
  expect(engine.built).toEqual([...engine.built.slice(0, 2), 'Debian forky', 'LAVA from Debian forky']);
});

test('another recipe makes another image', async () => {
  const first = await ensure();
  await bench.write('recipe/labdeck/rubbish.pyc', 'x');
  expect(await images.find(forky, plain)).toEqual(first);
  await bench.write('recipe/labdeck/new.py', 'x');
  expect(await images.find(forky, plain)).toBeNull();
});

test('pruning keeps what is in use and what that stands on, and in the end leaves nothing', async () => {
  const used = await ensure();
  await ensure(forky, { include: { qemu: true } });
  const all = await images.list();
  const kept = all.filter(({ imageId, is }) => imageId === used.imageId || is.role === 'base');
  const pruned = await images.prune(new Set([used.imageId]));
  expect(pruned.removed).toHaveLength(1);
  expect(pruned.freedBytes).toBe(all.find(({ imageId }) => pruned.removed[0] === imageId)?.ownBytes);
  expect(await titles()).toEqual(kept.map(({ is }) => is.title).sort());
  expect((await images.prune(new Set())).removed).toHaveLength(2);
  // The Debian that was pulled for the base alone went with it.
  expect(engine.model.images.size).toBe(0);
});

test('a Debian that was there before stays when the base goes', async () => {
  await engine.pull(debian);
  await ensure();
  await images.prune(new Set());
  expect([...engine.model.images.values()].flatMap(({ references }) => [...references])).toEqual([debian]);
});

test('a branch is an image of its commit, over the packages', async () => {
  const { source, commit } = await repository();
  const first = commit();
  const one = await ensure(source);
  expect(one.resolved).toEqual({
    title: `branch master at ${first.slice(0, 7)}`,
    commit: first,
    sha256: null,
  });
  expect(one.version).toBe(`2026.09+${first.slice(0, 7)}`);
  expect(await ensure(source, { refresh: true })).toEqual(one);
  const builds = engine.built.length;
  commit();
  const two = await ensure(source);
  expect(two.imageId).not.toBe(one.imageId);
  expect(engine.built).toHaveLength(builds + 1);
  expect(await images.find(source, plain)).toEqual(two);
});

test('what is wrong with a tree is known before anything is built', async () => {
  const { source, commit } = await repository();
  commit();
  git('-C', path.join(bench.dir, 'lava'), 'rm', '--quiet', '-r', 'lava_server');
  commit();
  expect((await refusal(ensure(source))).data.field).toBe('source.repository');
  expect(engine.model.images.size).toBe(0);
});

test('a published image gets the recipe, and one that has it is used as it is', async () => {
  const [bare, ours] = ['registry.example.org/lava:1', 'registry.example.org/ours:1'];
  engine.model.registry?.set(bare, lavaRelease('2026.08', 59)).set(ours, lavaRelease('2026.07', 58));
  const one = await ensure({ kind: 'image', reference: bare });
  expect(one).toMatchObject({ version: '2026.08', resolved: { title: `image ${bare}` } });
  const pulled = engine.model.addImage({
    labels: { 'io.labdeck.recipe': '1' },
    lava: lavaRelease('2026.07', 58),
  });
  engine.model.tag(pulled.id, ours);
  const two = await ensure({ kind: 'image', reference: ours });
  expect(await ensure({ kind: 'image', reference: ours })).toEqual(two);
  expect(engine.built).toHaveLength(2);
  await images.prune(new Set());
  expect([...engine.model.images.values()]).toEqual([pulled]);
});

test('a published image nobody has is said to be at fault', async () => {
  const error = await refusal(ensure({ kind: 'image', reference: 'registry.example.org/gone:1' }));
  expect(error).toMatchObject({ code: 'BAD_REQUEST', data: { field: 'source.reference' } });
});

test('without a registry the base is made here, from nothing but mmdebstrap; that is remembered for a while', async () => {
  bench.isReachable = false;
  await bench.write(
    'bin/mmdebstrap',
    [
      '#!/bin/sh',
      'echo "I: done"',
      'echo "$@" > "$(dirname "$0")/asked"',
      'for each; do case $each in *.tar) echo > "$each";; esac; done',
    ].join('\n'),
    0o755,
  );
  const searchPath = process.env.PATH;
  process.env.PATH = `${path.join(bench.dir, 'bin')}:${searchPath}`;
  try {
    const ear = newEar();
    await ensure(forky, { ear });
    expect(ear.heard.lines).toContain('I: done');
    const asked = await readFile(path.join(bench.dir, 'bin', 'asked'), 'utf8');
    expect(asked).toMatch(/--variant=minbase .* forky \S+\.tar/);
    await ensure({ kind: 'package', suite: 'sid' });
    expect(bench.probes).toBe(1);
    bench.aheadMs = 3_600_000;
    await images.prune(new Set());
    bench.isReachable = true;
    await ensure();
    expect(bench.probes).toBe(2);
  } finally {
    process.env.PATH = searchPath;
  }
});

test('with neither a registry nor mmdebstrap it says what to install', async () => {
  bench.isReachable = false;
  engine.model.registry = null;
  const searchPath = process.env.PATH;
  process.env.PATH = bench.dir;
  try {
    const error = await refusal(ensure());
    expect(error.code).toBe('MISSING_DEPENDENCY');
    expect(error.hint).toContain('mmdebstrap');
  } finally {
    process.env.PATH = searchPath;
  }
});

test('a full disk is said before the build, with figures, and while it builds', async () => {
  const before = await refusal(requireSpace(bench.dir, Number.MAX_SAFE_INTEGER, 'Building'));
  expect(before.code).toBe('DISK_FULL');
  expect(before.data.details).toMatchObject({ folder: bench.dir, neededBytes: Number.MAX_SAFE_INTEGER });
  await ensure();
  engine.model.faults.add({ verb: 'build step', does: { say: 'write /x: no space left on device' } });
  expect((await refusal(ensure(forky, { include: { qemu: true } }))).code).toBe('DISK_FULL');
  expect(await titles()).toHaveLength(2);
});

test('estimates are of what was measured here, and nothing for what is there', async () => {
  const guess = await images.estimate(forky, false, plain);
  expect(guess.seconds.base).toBeGreaterThan(1);
  await ensure();
  expect(await images.estimate(forky, true, plain)).toEqual({
    seconds: { base: 0, image: 0 },
    imageBytes: 0,
  });
  const again = await images.estimate({ kind: 'package', suite: 'forky' }, false, { qemu: true });
  expect(again.seconds.base).toBe(0);
  await images.prune(new Set());
  const measured = await images.estimate(forky, false, plain);
  expect(measured.seconds.image).toBeLessThan(guess.seconds.image);
});

test('what a killed Labdeck left is removed at start, and versions are found out again', async () => {
  const there = await ensure();
  await bench.write('work/build-left/Containerfile', 'FROM x');
  await bench.write('cache/images.json', 'lost');
  const after = bench.service(engine);
  await after.sweep();
  expect(await bench.left()).toEqual([]);
  expect((await after.list()).find(({ is }) => is.role === 'instance')?.version).toBeNull();
  expect((await after.find(forky, plain))?.imageId).toBe(there.imageId);
});
