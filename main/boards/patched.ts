import { type BoardPatch, boardPatch } from '../contract/index.ts';
import type { StoredBoard } from './boardsFile.ts';

/**
 * The board with what `patch` names; all else as it was, and within the policy, the LED language and the retention what
 * their patches leave out.
 */
export function patched(before: StoredBoard, patch: BoardPatch): StoredBoard {
  const { powerPolicy, ledLanguage, retention, ...whole } = patch;
  const known = Object.entries(whole).filter(([key]) => key in boardPatch.shape);
  return {
    ...before,
    ...Object.fromEntries(given(known)),
    powerPolicy: over(before.powerPolicy, powerPolicy),
    retention:
      retention === null ? null : retention ? over(before.retention ?? noLimit, retention) : before.retention,
    ledLanguage: {
      ...over(before.ledLanguage, ledLanguage && { ...ledLanguage, patterns: undefined }),
      patterns: over(before.ledLanguage.patterns, ledLanguage?.patterns),
    },
  };
}

const noLimit = { maxBytes: null, maxAgeDays: null };

type Partly<T> = { readonly [K in keyof T]?: T[K] | undefined };

function over<T extends object>(before: T, patch: Partly<T> | undefined): T {
  return { ...before, ...Object.fromEntries(given(Object.entries(patch ?? {}))) };
}

/** A client may say "undefined" where it means to say nothing. */
function given(entries: readonly [string, unknown][]): [string, unknown][] {
  return entries.filter(([, value]) => value !== undefined);
}
