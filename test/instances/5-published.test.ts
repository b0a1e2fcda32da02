import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { InstanceImage } from '../../main/contract/index.ts';
import { freePort } from '../fakes/freePort.ts';
import { Lab, podman, version } from './lab.ts';

let scratch: string;
let registry: ChildProcess;
let reference: string;
let lab: Lab;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'labdeck-registry-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  reference = `${address}/bench/lava:1`;
  const settings = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(scratch, 'store') } },
    http: { addr: address },
  };
  writeFileSync(join(scratch, 'registry.yml'), JSON.stringify(settings));
  const registries = join(scratch, 'registries.conf');
  writeFileSync(registries, `[[registry]]\nlocation = "${address}"\ninsecure = true\n`);
  registry = spawn('docker-registry', ['serve', join(scratch, 'registry.yml')], { stdio: 'ignore' });
  await answers(port);
  lab = await Lab.start(inject('dataDir'), { CONTAINERS_REGISTRIES_CONF: registries });
});
afterAll(async () => {
  await lab?.removeAll();
  await lab?.stop();
  if (registry?.exitCode === null) {
    registry.kill();
    await once(registry, 'exit');
  }
  rmSync(scratch, { recursive: true, force: true });
});

async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('an image somebody published is pulled from its registry and run as it is', async () => {
  await lab.install({ name: 'maker' });
  const made = (await lab.instance('maker')).imageId ?? '';
  podman('push', '--quiet', '--tls-verify=false', made, `docker://${reference}`);
  await lab.do('DELETE', '/instances/maker?confirm=maker');
  const task = await lab.install({ name: 'published', source: { kind: 'image', reference } });
  expect(task.steps.map(({ state }) => state)).not.toContain('failed');
  expect(await lab.inState('published', 'running')).toMatchObject({
    version: await version(lab, 'published'),
    resolved: { title: expect.stringContaining('bench/lava') },
  });
  const { body } = await lab.call<InstanceImage[]>('GET', '/images');
  expect(body.find(({ usedBy }) => usedBy.includes('published'))?.role).toBe('instance');
});

test('an image nobody published is said so', async () => {
  const taskId = await lab.begin('POST', '/instances', {
    name: 'nothing',
    source: { kind: 'image', reference: reference.replace('lava:1', 'other:1') },
  });
  const task = await lab.ended(taskId);
  expect(task).toMatchObject({ state: 'failed', problem: { hint: expect.stringMatching(/./) } });
  await lab.do('DELETE', '/instances/nothing');
});
