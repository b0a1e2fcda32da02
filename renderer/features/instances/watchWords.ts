import type { Watch } from '../../../main/contract/index.ts';
import { countOf, formatBytes } from '../../lib/format/format.ts';
import type { Tone } from '../../ui/StateShape.tsx';

type SubjectState = Watch['subjects'][number]['state'];

export const subjectTone: Readonly<Record<SubjectState, Tone>> = {
  kept: 'on',
  waiting: 'off',
  failed: 'bad',
};

export const subjectWord: Readonly<Record<SubjectState, string>> = {
  kept: 'has its instance',
  waiting: 'waits: the limits leave no room',
  failed: 'could not be installed',
};

/** `Looks every 10 min, at most 3 instances, together 2.1 GB, lean, with a token`. */
export function limitsText(watch: Watch): string {
  const { everyMinutes, maxInstances, memoryLimitBytes, totalMemoryBytes } = watch;
  return [
    `Looks every ${everyMinutes} min`,
    `at most ${countOf(maxInstances, 'instance')}`,
    memoryLimitBytes === null ? null : `each ${formatBytes(memoryLimitBytes)}`,
    totalMemoryBytes === null ? null : `together ${formatBytes(totalMemoryBytes)}`,
    watch.lean ? 'lean' : null,
    watch.hasToken ? 'with a token' : null,
  ]
    .filter((part) => part !== null)
    .join(', ');
}
