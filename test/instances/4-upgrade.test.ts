import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab, lava, packageVersion, podman, version } from './lab.ts';
import { type LavaRepository, makeLavaRepository } from './lavaRepository.ts';

const sid = { kind: 'package', suite: 'sid' };

let lab: Lab;
let repository: LavaRepository;
beforeAll(async () => {
  lab = await Lab.start();
  await lab.install({ name: 'lab' });
  await lava(lab, 'lab', 'devicetypes/', { method: 'POST', body: { name: 'before', aliases: [] } });
  repository = await makeLavaRepository(lab);
  repository.breakOn('broken');
});
afterAll(async () => {
  repository?.remove();
  await lab?.removeAll();
  await lab?.stop();
});

const typesOf = async () =>
  (await lava<{ results: { name: string }[] }>(lab, 'lab', 'devicetypes/?limit=500')).body.results.map(
    ({ name }) => name,
  );

test.each(['base', 'image'])('cancelling in step %s leaves nothing', async (step) => {
  const images = podman('images', '--all', '--quiet').sort();
  const before = lab.leftovers();
  const taskId = await lab.begin('POST', '/instances', { name: 'short', source: sid });
  await lab.inStep(taskId, step);
  if (step === 'image')
    await lab.until(
      () => lab.task(taskId),
      ({ log }) => log.includes('Unpacking'),
    );
  await lab.call('POST', `/tasks/${taskId}/cancel`);
  expect(await lab.ended(taskId)).toMatchObject({ state: 'cancelled' });
  expect((await lab.call('GET', '/instances/short')).status).toBe(404);
  expect(lab.leftovers()).toEqual(before);
  expect(
    podman('ps', '--all', '--external', '--format', '{{.Names}}').filter((name) => /working/.test(name)),
  ).toEqual([]);
  // The base is kept for the next try.
  const left = podman('images', '--all', '--quiet').filter((image) => !images.includes(image));
  expect(left.length).toBeLessThanOrEqual(step === 'image' ? 1 : 0);
});

test('an upgrade that fails returns to what there was', async () => {
  const before = await lab.instance('lab');
  const source = { kind: 'branch', repository: repository.path, at: { kind: 'branch', name: 'broken' } };
  const taskId = await lab.begin('POST', '/instances/lab/upgrade', { source });
  const task = await lab.ended(taskId);
  expect(task.state).toBe('failed');
  expect(task.problem?.hint).toContain('as before');
  const after = await lab.inState('lab', 'running');
  expect(after.source).toEqual(before.source);
  expect(after.imageId).toBe(before.imageId);
  expect(await typesOf()).toContain('before');
  expect(lab.leftovers()).toHaveLength(3);
});

test('a kill in the middle of an upgrade leaves the instance as it was', async () => {
  const source = { kind: 'branch', repository: repository.path, at: { kind: 'branch', name: 'bench' } };
  const taskId = await lab.begin('POST', '/instances/lab/upgrade', { source });
  await lab.inStep(taskId, 'database');
  await lab.restart('SIGKILL');
  expect(await lab.ended(taskId)).toMatchObject({ state: 'failed', problem: { code: 'INTERRUPTED' } });
  await lab.inState('lab', 'running');
  expect(await typesOf()).toContain('before');
  await lab.until(
    async () => lab.leftovers(),
    (left) => left.length === 3,
  );
});

test('forky moves to sid with its data, and the snapshot stays', async () => {
  const from = await version(lab, 'lab');
  await lab.do('POST', '/instances/lab/upgrade', { source: sid });
  const to = await version(lab, 'lab');
  expect(to).not.toBe(from);
  expect(await packageVersion(lab, 'lab')).toContain(to);
  expect(await typesOf()).toContain('before');
  expect(await lab.instance('lab')).toMatchObject({ state: 'running', version: to, source: sid });
  expect((await lab.backups('lab')).find(({ why }) => why === 'before-upgrade')?.version).toBe(from);
  expect(lab.leftovers()).toHaveLength(3);
});

test('a downgrade onto a newer schema is refused with the way out, and the way out works', async () => {
  const forky = { kind: 'package', suite: 'forky' };
  const task = await lab.ended(await lab.begin('POST', '/instances/lab/upgrade', { source: forky }));
  const { body } = await lab.call('POST', '/instances/lab/exec', { argv: ['labctl', 'schema'] });
  const schema = JSON.parse(body.stdout);
  if (task.state === 'succeeded') {
    // Both suites have the same migrations just now: then there is nothing to refuse.
    expect(schema.image.migrations).toEqual(schema.volume.migrations);
    return;
  }
  expect(task.problem?.code).toBe('CONFLICT');
  expect(task.problem?.hint).toMatch(/backup/);
  await lab.inState('lab', 'running');
  const snapshot = (await lab.backups('lab')).find(
    ({ source }) => source?.kind === 'package' && source.suite === 'forky',
  );
  await lab.do('POST', '/instances/back/restore', { from: { backupId: snapshot?.backupId }, source: forky });
  expect(await version(lab, 'back')).toBe(snapshot?.version);
});

test('upgrade all goes through them', async () => {
  const task = await lab.do('POST', '/instances/upgrade-all');
  expect(task.log).toContain('lab: done');
});
