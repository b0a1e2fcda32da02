import { type BoardPatch, boardPatch } from '../contract/index.ts';
import type { StoredBoard } from './boardsFile.ts';

/** The board with what `patch` names; all else, and what a patch of a policy or of the LED language leaves out, as it was. */
export function patched(before: StoredBoard, patch: BoardPatch): StoredBoard {
  const { powerPolicy, ledLanguage, ...whole } = patch;
  const known = Object.entries(whole).filter(([key]) => key in boardPatch.shape);
  return {
    ...before,
    ...Object.fromEntries(given(known)),
    powerPolicy: over(before.powerPolicy, powerPolicy),
    ledLanguage: {
      ...over(before.ledLanguage, ledLanguage && { ...ledLanguage, patterns: undefined }),
      patterns: over(before.ledLanguage.patterns, ledLanguage?.patterns),
    },
  };
}

type Partly<T> = { readonly [K in keyof T]?: T[K] | undefined };

function over<T extends object>(before: T, patch: Partly<T> | undefined): T {
  return { ...before, ...Object.fromEntries(given(Object.entries(patch ?? {}))) };
}

/** A client may say "undefined" where it means to say nothing. */
function given(entries: readonly [string, unknown][]): [string, unknown][] {
  return entries.filter(([, value]) => value !== undefined);
}
