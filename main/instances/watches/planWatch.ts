import type { Instance, Watch } from '../../contract/index.ts';
import type { Subject } from './subject.ts';
import type { Attempt, WatchSettings } from './watchFile.ts';

/** What failed is tried again after this long, or when its commit moves. */
const retryAfterMs = 3_600_000;
/** Of an instance without a limit. */
const usualMemoryBytes = 512 * 1024 * 1024;

type Seen = Watch['subjects'][number];
export type Attempts = Readonly<Record<string, Attempt>>;

export type Step =
  | { readonly do: 'remove'; readonly instance: Instance }
  | { readonly do: 'upgrade'; readonly instance: Instance; readonly subject: Subject }
  | { readonly do: 'install'; readonly subject: Subject };

export interface PlanInput {
  readonly settings: WatchSettings;
  /** All that is open, in the order in which they get room. */
  readonly subjects: readonly Subject[];
  /** The instances this watch made. */
  readonly mine: readonly Instance[];
  readonly attempts: Attempts;
  readonly nowMs: number;
}

export interface Plan {
  /** What can begin now; at most one of them builds, and none while another one of this watch does. */
  readonly steps: readonly Step[];
  readonly subjects: Seen[];
}

/** What keeps one instance for each open subject, within the limits. Those that have one keep it; the oldest come first. */
export function planWatch(input: PlanInput): Plan {
  const { settings, subjects, mine, attempts, nowMs } = input;
  const open = new Set(subjects.map(({ subject }) => subject));
  const steps: Step[] = mine
    .filter((instance) => !open.has(subjectOf(instance)) && isIdle(instance))
    .map((instance) => ({ do: 'remove', instance }));
  const isStillborn = (instance: Instance) =>
    instance.state === 'failed' && attempts[subjectOf(instance)]?.madeKey === instance.key;
  let free = capacityOf(settings) - mine.filter((instance) => !isStillborn(instance)).length;
  let mayBuild = !mine.some((instance) => !isIdle(instance) && instance.state !== 'removing');
  const build = (step: Step) => {
    if (mayBuild) steps.push(step);
    mayBuild = false;
  };

  const seen = subjects.map((subject): Seen => {
    const instance = mine.find((each) => subjectOf(each) === subject.subject) ?? null;
    const hasFailed = isRecent(attempts[subject.subject], subject.commit, nowMs);
    const { title, commit } = subject;
    const told = (state: Seen['state']): Seen => ({
      subject: subject.subject,
      title,
      commit,
      instance: instance?.name ?? null,
      state,
    });
    if (!instance) {
      if (hasFailed) return told('failed');
      free -= 1;
      if (free >= 0) build({ do: 'install', subject });
      return told('waiting');
    }
    if (isStillborn(instance)) {
      // It holds nothing: a new one takes its place once it is gone.
      if (!hasFailed && isIdle(instance)) steps.push({ do: 'remove', instance });
      return told('failed');
    }
    if (!hasMoved(instance, commit)) return told(instance.state === 'failed' ? 'failed' : 'kept');
    if (hasFailed) return told('failed');
    build({ do: 'upgrade', instance, subject });
    return told('kept');
  });
  return { steps, subjects: seen };
}

/** What is left of earlier attempts, now that one sees how they went. */
export function forgetAttempts({
  subjects,
  mine,
  attempts,
}: Omit<PlanInput, 'settings' | 'nowMs'>): Attempts {
  const open = new Set(subjects.map(({ subject }) => subject));
  const left = Object.entries(attempts).flatMap(([subject, attempt]) => {
    if (!open.has(subject)) return [];
    const instance = mine.find((each) => subjectOf(each) === subject);
    if (!instance || !isInstalled(instance)) return [[subject, attempt] as const];
    if (isIdle(instance) && instance.resolved?.commit === attempt.commit) return [];
    return [[subject, attempt.madeKey === null ? attempt : { ...attempt, madeKey: null }] as const];
  });
  return Object.fromEntries(left);
}

export const subjectOf = (instance: Instance): string => instance.watch?.subject ?? '';

/** Nobody works on it, and it is known how it is. */
export const isIdle = ({ taskId, state }: Instance) =>
  taskId === null && !['installing', 'removing', 'unknown'].includes(state);

/** It came up once: it may hold what people did with it. */
const isInstalled = ({ state }: Instance) => !['installing', 'failed', 'removing', 'unknown'].includes(state);

function hasMoved(instance: Instance, commit: string): boolean {
  const present = instance.resolved?.commit ?? null;
  return present !== null && present !== commit && isIdle(instance);
}

function isRecent(attempt: Attempt | undefined, commit: string, nowMs: number): boolean {
  if (attempt?.commit !== commit) return false;
  // One of the future was made under a wrong clock.
  return attempt.atMs <= nowMs && nowMs - attempt.atMs < retryAfterMs;
}

function capacityOf({ maxInstances, totalMemoryBytes, memoryLimitBytes }: WatchSettings): number {
  if (totalMemoryBytes === null) return maxInstances;
  return Math.min(maxInstances, Math.floor(totalMemoryBytes / (memoryLimitBytes ?? usualMemoryBytes)));
}
