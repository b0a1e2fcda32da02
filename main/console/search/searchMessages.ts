import type { SearchedFile } from './lineBlocks.ts';
import type { MatchLine } from './matchLine.ts';
import type { SearchPattern } from './searchPattern.ts';

/** What the worker is started with. */
export interface SearchJob {
  readonly pattern: SearchPattern;
  readonly files: readonly SearchedFile[];
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** One Int32: the number of the block that is being matched, 0 between blocks. Tells that a pattern takes too long. */
  readonly pulse: SharedArrayBuffer;
}

export interface FoundMatch extends MatchLine {
  readonly offset: number;
  readonly bytes: number;
}

/** From the worker. It is answered, for each piece of matches that was taken, how many they were. */
export type SearchNews =
  | { readonly type: 'matches'; readonly matches: FoundMatch[] }
  | { readonly type: 'progress'; readonly searchedBytes: number }
  | { readonly type: 'done' };
