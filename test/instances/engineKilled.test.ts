import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { bundleModule } from '../../vite.workers.ts';
import { descendantsOf, podmanRig, programsThatGoOn } from './podmanRig.ts';

const waiting = { timeout: 20_000, interval: 50 };
const label = 'io.labdeck.test=killed';
const reference = 'localhost/labdeck-killed:root';
let rig: Awaited<ReturnType<typeof podmanRig>>;
let program: string;
beforeAll(async () => {
  rig = await podmanRig();
  await rig.engine.importRoot(rig.rootTar, reference, { 'io.labdeck.test': 'killed' });
  const bundled = await fetch(await bundleModule(path.join(import.meta.dirname, 'buildingChild.ts')));
  program = await bundled.text();
});
afterAll(async () => {
  for (const image of await rig.engine.images(label)) await rig.engine.removeImage(image.imageId);
  await rig.dispose();
});

/** A process of its own that builds, at the moment its step runs. */
async function building(): Promise<ChildProcess> {
  writeFileSync(
    path.join(rig.folder, 'Containerfile'),
    'ARG BASE\nFROM $BASE\nRUN echo STEP-RUNS && sleep 560\n',
  );
  const child = spawn(process.execPath, ['--input-type=module', '-', rig.folder, reference], {
    env: rig.env,
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // Too long for a command line; read from there it finds packages as this file does.
  child.stdin.end(program);
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await vi.waitFor(() => expect(said).toContain('\nSTEP-RUNS\n'), waiting);
  await vi.waitFor(() => expect(programsThatGoOn('sleep 560')).not.toEqual([]), waiting);
  return child;
}

test('after a kill -9 of Labdeck nothing goes on building, and its next start sweeps up', async () => {
  const before = await rig.leftovers();
  const child = await building();
  // While it lives, what it builds is not taken from it.
  await rig.engine.sweepBuilds(label);
  expect(programsThatGoOn('sleep 560')).not.toEqual([]);
  expect((await rig.leftovers()).length).toBeGreaterThan(before.length);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await vi.waitFor(() => expect(programsThatGoOn('sleep 560')).toEqual([]), waiting);
  await vi.waitFor(async () => {
    await rig.engine.sweepBuilds(label);
    expect(await rig.leftovers()).toEqual(before);
  }, waiting);
});

test('what a power cut leaves of a build is swept up, too', async () => {
  const before = await rig.leftovers();
  const child = await building();
  // All of it at once, its helpers and the program of the step with it.
  const all = [child.pid ?? 0, ...descendantsOf(child.pid ?? 0)];
  for (const pid of all) process.kill(pid, 'SIGSTOP');
  for (const pid of all) process.kill(pid, 'SIGKILL');
  await once(child, 'exit');
  await vi.waitFor(async () => {
    await rig.engine.sweepBuilds(label);
    expect(await rig.leftovers()).toEqual(before);
  }, waiting);
});
