import type { Backup, Instance, InstancePart, PartHealth } from '../../../main/contract/index.ts';
import { countOf } from '../../lib/format/format.ts';
import type { Tone } from '../../ui/StateShape.tsx';

type State = Instance['state'];

export const stateWord: Readonly<Record<State, string>> = {
  installing: 'Installing',
  starting: 'Starting',
  running: 'Running',
  degraded: 'Degraded',
  stopping: 'Stopping',
  stopped: 'Stopped',
  missing: 'Missing',
  failed: 'Failed',
  removing: 'Removing',
  unknown: 'Unknown',
};

export const stateTone: Readonly<Record<State, Tone>> = {
  installing: 'busy',
  starting: 'busy',
  running: 'on',
  degraded: 'unknown',
  stopping: 'busy',
  stopped: 'off',
  missing: 'bad',
  failed: 'bad',
  removing: 'busy',
  unknown: 'unknown',
};

/** In the order they depend on each other. */
export const parts: readonly InstancePart[] = ['database', 'server', 'publisher', 'scheduler', 'worker'];

export const partTitle: Readonly<Record<InstancePart | 'container', string>> = {
  database: 'Database',
  server: 'Server',
  publisher: 'Publisher',
  scheduler: 'Scheduler',
  worker: 'Worker',
  container: 'Container',
};

export const partWord: Readonly<Record<PartHealth['state'], string>> = {
  ok: 'works',
  starting: 'starting',
  down: 'down',
  off: 'off',
  unknown: 'unknown',
};

export const partTone: Readonly<Record<PartHealth['state'], Tone>> = {
  ok: 'on',
  starting: 'busy',
  down: 'bad',
  off: 'off',
  unknown: 'unknown',
};

/** `Database works`, `Worker down, restarted 2 times`. */
export function partSummary({ part, state, restarts }: PartHealth): string {
  const again = restarts === 0 ? '' : `, restarted ${countOf(restarts, 'time')}`;
  return `${partTitle[part]} ${partWord[state]}${again}`;
}

export const whyWord: Readonly<Record<Backup['why'], string>> = {
  'by-hand': 'made by hand',
  scheduled: 'scheduled',
  'before-upgrade': 'before an upgrade',
  'before-restore': 'before a restore',
  imported: 'from a file',
};

/** What a step of an install or another long work is, for people; an unknown one keeps its own name. */
export function stepTitle(name: string): string {
  return stepTitles[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

const stepTitles: Readonly<Record<string, string>> = {
  'engine check': 'Check the container engine',
  base: 'Get Debian',
  image: 'Build LAVA',
  volume: 'Make its volume',
  database: 'Set up the database',
  admin: 'Create the admin',
  worker: 'Connect the worker',
  health: 'Wait until all of it works',
  snapshot: 'Back up first',
};

/** `12 jobs, 3 devices, 1 user`. */
export function holdsText(holds: NonNullable<Instance['holds']>): string {
  return [countOf(holds.jobs, 'job'), countOf(holds.devices, 'device'), countOf(holds.users, 'user')].join(
    ', ',
  );
}

/** True where removing it would lose something: nobody knows, or there is more than its admin. */
export function holdsData(holds: Instance['holds']): boolean {
  return holds === null || holds.jobs > 0 || holds.devices > 0 || holds.users > 1;
}

/** What can be asked of an instance in this state; what works on it already goes first. */
export function allowed(instance: Pick<Instance, 'state' | 'taskId'>) {
  const { state } = instance;
  // One that failed keeps the task it failed in.
  const busy = instance.taskId !== null && state !== 'failed';
  const up = state === 'running' || state === 'degraded';
  const down = state === 'stopped' || state === 'missing' || state === 'failed';
  return {
    open: up,
    start: down && !busy,
    stop: (up || state === 'starting') && !busy,
    restart: up && !busy,
    backup: up && !busy,
    upgrade: (up || state === 'stopped' || state === 'missing') && !busy,
    clone: (up || state === 'stopped') && !busy,
    restore: (up || down) && !busy,
    change: (up || down) && !busy,
    remove: state !== 'removing' && state !== 'installing' && !busy,
    shell: up || state === 'starting',
  };
}
