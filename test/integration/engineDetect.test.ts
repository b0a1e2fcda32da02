import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detectEngine } from '../../main/instances/engine/detectEngine.ts';
import { EngineModel } from '../fakes/engine/engineModel.ts';
import { FakePodman } from '../fakes/engine/fakePodman.ts';

// A machine with nothing but what a test puts into one folder of programs.

let folder: string;
let bin: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'labdeck-detect-'));
  bin = path.join(folder, 'bin');
  mkdirSync(bin);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
}

const detect = (env: NodeJS.ProcessEnv = {}, signal = new AbortController().signal) =>
  detectEngine({ env: { PATH: bin, HOME: folder, ...env }, signal });

async function problems(env: NodeJS.ProcessEnv = {}) {
  const found = await detect(env);
  return 'problems' in found ? found.problems : [];
}

test('where neither is installed, both say so and how to get one', async () => {
  expect(await problems()).toMatchObject([
    { engine: 'podman', code: 'MISSING_DEPENDENCY', hint: expect.stringContaining('install podman') },
    { engine: 'docker', code: 'MISSING_DEPENDENCY' },
  ]);
});

test('one that never answers is given up within its deadline, and no process of it stays', async () => {
  program('podman', 'trap "" TERM\n/bin/sleep 561 & while :; do wait; done');
  const begunMs = performance.now();
  expect(await problems()).toMatchObject([{ engine: 'podman', code: 'TIMEOUT' }, { engine: 'docker' }]);
  expect(performance.now() - begunMs).toBeLessThan(16_000);
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  expect(processes.filter((line) => / 561$/.test(line) || line.includes(bin))).toEqual([]);
});

test('a look that is given up ends at once, with its reason', async () => {
  program('podman', 'exec /bin/sleep 562');
  const stop = new AbortController();
  const looking = detect({}, stop.signal);
  stop.abort(new Error('quitting'));
  await expect(looking).rejects.toThrow('quitting');
});

test('one that answers nonsense, or that another program hides behind, is not used', async () => {
  program('podman', 'echo "<html>"');
  expect(await problems()).toMatchObject([
    { engine: 'podman', code: 'COMMAND_FAILED' },
    { engine: 'docker' },
  ]);
  program('podman', 'echo "{}"');
  expect(await problems()).toMatchObject([
    { engine: 'podman', code: 'COMMAND_FAILED' },
    { engine: 'docker' },
  ]);
});

/** A docker whose daemon is asked over this socket, and does not answer. */
function dockerBehind(socket: string): void {
  const refusal = '{"ServerErrors":["whatever it says"]}';
  program('docker', `case "$1" in context) echo unix://${socket};; *) echo '${refusal}'; exit 1;; esac`);
}

test('docker without its daemon says how to start that', async () => {
  dockerBehind(path.join(folder, 'docker.sock'));
  const hint = expect.stringContaining('start docker');
  expect((await problems())[1]).toMatchObject({ engine: 'docker', code: 'COMMAND_FAILED', hint });
});

test.skipIf(process.geteuid?.() === 0)('docker this user may not use says how to be allowed', async () => {
  const socket = path.join(folder, 'docker.sock');
  dockerBehind(socket);
  const server = createServer().listen(socket);
  await once(server, 'listening');
  chmodSync(socket, 0o000);
  const hint = expect.stringContaining('usermod');
  expect((await problems())[1]).toMatchObject({ engine: 'docker', code: 'PERMISSION_DENIED', hint });
  server.close();
});

test('podman goes before docker, and docker is found where podman has a problem', async () => {
  const fake = await FakePodman.start(folder, new EngineModel(), ['podman', 'docker']);
  expect(await detect()).toMatchObject({
    engine: { info: { kind: 'podman', version: '4.9.3', rootless: true } },
  });
  program('podman', 'exit 1');
  expect(await detect()).toMatchObject({ engine: { info: { kind: 'docker', version: '28.2.2' } } });
  await fake.stop();
});
