import { expect } from 'vitest';
import type { Backup, InstanceSource } from '../../../main/contract/index.ts';
import { InstancesBench, type Lab } from './instancesBench.ts';

/** What `home` was made from, and what it can be upgraded to. */
export const forky: InstanceSource = { kind: 'package', suite: 'forky' };
export const sid: InstanceSource = { kind: 'package', suite: 'sid' };

/** A bench with one instance, `home`, that runs and has a job. */
export async function startWithHome(): Promise<{ bench: InstancesBench; lab: Lab }> {
  const bench = new InstancesBench();
  const lab = await bench.start();
  await lab.install('home');
  bench.addJob('home');
  return { bench, lab };
}

/** Nothing but one instance, whole, on its first generation, running, with its job. */
export async function expectAsBefore(bench: InstancesBench, lab: Lab): Promise<void> {
  await lab.inState('home', 'running');
  expect(bench.record('home')).toMatchObject({ generation: 1, wanted: 'running', source: forky });
  expect(bench.data('home')).toMatchObject({ lavaVersion: '2026.09', jobs: [{ id: 1 }] });
  expect(bench.left()).toHaveLength(5);
}

/** Its newest backup, made now. */
export async function backUpHome(lab: Lab): Promise<Backup> {
  await lab.succeeded(lab.domain.actions.backup('home'));
  const [made] = lab.domain.backups.list();
  if (!made) throw new Error('there is no backup');
  return made;
}
