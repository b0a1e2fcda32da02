import '../../lib/zodWithoutEval.ts';
import type { NewWatchInput } from '../../../main/contract/index.ts';
import { newWatch } from '../../../main/contract/watches.ts';
import type { FieldErrors } from '../boards/boardForm.ts';
import { fieldErrors } from './fieldErrors.ts';
import { bytesOfMib, numberIn } from './usageText.ts';

/** A new watch, as typed. */
export interface WatchDraft {
  readonly watchId: string;
  readonly kind: 'branches' | 'gitlab';
  readonly repository: string;
  readonly pattern: string;
  readonly project: string;
  /** Empty: all that are open. */
  readonly label: string;
  /** Empty: none is needed. */
  readonly token: string;
  readonly everyMinutes: string;
  readonly maxInstances: string;
  readonly memoryMib: string;
  readonly totalMib: string;
  readonly suite: 'forky' | 'sid';
  readonly lean: boolean;
}

export function defaultWatch(watchId: string): WatchDraft {
  return {
    watchId,
    kind: 'gitlab',
    repository: '',
    pattern: 'feature/*',
    project: '',
    label: '',
    token: '',
    everyMinutes: '10',
    maxInstances: '3',
    memoryMib: '',
    totalMib: '',
    suite: 'forky',
    lean: true,
  };
}

/** The body of POST /watches. */
export function toWatch(draft: WatchDraft): NewWatchInput {
  const label = draft.label.trim();
  return {
    watchId: draft.watchId.trim(),
    target:
      draft.kind === 'branches'
        ? { kind: 'branches', repository: draft.repository.trim(), pattern: draft.pattern.trim() }
        : { kind: 'gitlab', project: draft.project.trim(), label: label === '' ? null : label },
    everyMinutes: numberIn(draft.everyMinutes),
    maxInstances: numberIn(draft.maxInstances),
    memoryLimitBytes: bytesOfMib(draft.memoryMib),
    totalMemoryBytes: bytesOfMib(draft.totalMib),
    suite: draft.suite,
    lean: draft.lean,
    token: draft.token === '' ? null : draft.token,
  };
}

export function checkWatch(draft: WatchDraft, taken: readonly string[]): FieldErrors {
  const errors = { ...fieldErrors(newWatch, toWatch(draft)), ...emptyTarget(draft) };
  return taken.includes(draft.watchId.trim())
    ? { ...errors, watchId: 'another watch has this name' }
    : errors;
}

/** What the schema would complain about in its own words. */
function emptyTarget({ kind, project, repository }: WatchDraft): FieldErrors {
  if (kind === 'branches')
    return repository.trim() === ''
      ? { 'target.repository': 'give the address or the path of a repository' }
      : {};
  return /^https?:\/\/[^/]+\/.+/.test(project.trim())
    ? {}
    : { 'target.project': 'give the address of a project, such as https://gitlab.example.org/lava/lava' };
}
