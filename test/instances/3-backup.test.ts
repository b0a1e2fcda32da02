import { copyFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab, lava } from './lab.ts';

const definition = `job_name: a job that waits for a device
device_type: nobody-has-it
timeouts: {job: {minutes: 5}, connection: {minutes: 2}}
visibility: public
priority: medium
actions:
- command: {name: nothing, timeout: {minutes: 1}}
`;

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.start();
  await lab.install({ name: 'origin' });
  await lava(lab, 'origin', 'devicetypes/', { method: 'POST', body: { name: 'nobody-has-it', aliases: [] } });
  // In maintenance: its jobs are taken, and wait.
  const device = {
    hostname: 'nobody-01',
    device_type: 'nobody-has-it',
    worker_host: 'labdeck',
    health: 'Maintenance',
  };
  await lava(lab, 'origin', 'devices/', { method: 'POST', body: device });
  await lab.call('POST', '/instances/origin/exec', {
    argv: ['lava-server', 'manage', 'users', 'add', 'visitor', '--passwd', 'not-a-secret-here'],
  });
  for (let n = 0; n < 2; n += 1) await lava(lab, 'origin', 'jobs/', { method: 'POST', body: { definition } });
});
afterAll(async () => {
  await lab?.removeAll();
  await lab?.stop();
});

interface Jobs {
  results: { id: number; definition: string }[];
}
const jobsOf = async (name: string) =>
  (await lava<Jobs>(lab, name, 'jobs/')).body.results.map(({ id }) => id).sort();
const usersOf = async (name: string) => {
  const { body } = await lab.call('POST', `/instances/${name}/exec`, {
    argv: ['lava-server', 'manage', 'users', 'list'],
  });
  return ['admin', 'visitor'].filter((user) => body.stdout.includes(user));
};

let backupId: string;
let file: string;

test('a backup is made while it runs, and restored for a look, by the thousand bytes', async () => {
  await lab.do('POST', '/instances/origin/backup');
  const [made] = await lab.backups('origin');
  expect(made).toMatchObject({ why: 'by-hand', instanceName: 'origin', verified: null });
  backupId = made?.backupId ?? '';
  file = made?.file ?? '';
  await lab.do('POST', `/backups/${backupId}/verify`);
  expect((await lab.backups('origin'))[0]?.verified).toMatchObject({ ok: true });
  expect(lab.leftovers()).toHaveLength(3);
});

test('a backup of one that stands still starts its database alone, and leaves it standing', async () => {
  await lab.do('POST', '/instances/origin/stop');
  await lab.do('POST', '/instances/origin/backup');
  expect(await lab.instance('origin')).toMatchObject({ state: 'stopped' });
  expect(await lab.backups('origin')).toHaveLength(2);
  await lab.do('POST', '/instances/origin/start');
});

test('a restore brings back what was lost since', async () => {
  await lava(lab, 'origin', 'jobs/', { method: 'POST', body: { definition } });
  const later = await jobsOf('origin');
  await lab.do('POST', '/instances/origin/restore', { from: { backupId } });
  expect((await jobsOf('origin')).length).toBe(later.length - 1);
  expect((await lab.backups('origin')).map(({ why }) => why)).toContain('before-restore');
});

test('backups survive the instance, and make it again: same users, same jobs, same password', async () => {
  const jobs = await jobsOf('origin');
  const { password } = (await lab.call('GET', '/instances/origin/credentials')).body;
  await lab.do('DELETE', '/instances/origin?confirm=origin');
  expect(lab.leftovers()).toEqual([]);
  expect((await lab.call('GET', '/backups')).body.length).toBeGreaterThan(1);
  await lab.do('POST', '/instances/again/restore', { from: { backupId } });
  expect(await jobsOf('again')).toEqual(jobs);
  expect(await usersOf('again')).toEqual(['admin', 'visitor']);
  expect((await lab.call('GET', '/instances/again/credentials')).body.password).toBe(password);
});

test('a file made elsewhere is taken in; a damaged one is refused before anything is touched', async () => {
  const elsewhere = join(lab.dataDir, 'elsewhere.tar');
  copyFileSync(file, elsewhere);
  const before = await jobsOf('again');
  await lab.do('POST', '/instances/third/restore', { from: { file: elsewhere } });
  expect(await jobsOf('third')).toEqual(before);
  await lab.do('DELETE', '/instances/third?confirm=third');
  truncateSync(elsewhere, 50_000);
  const leftovers = lab.leftovers();
  const refused = await lab.call('POST', '/instances/again/restore', { from: { file: elsewhere } });
  expect(refused).toMatchObject({ status: 422, body: { code: 'DAMAGED' } });
  expect(await lab.instance('again')).toMatchObject({ state: 'running' });
  expect(lab.leftovers()).toEqual(leftovers);
});
