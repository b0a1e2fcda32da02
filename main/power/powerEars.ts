import type { Disposable } from '../base/disposable.ts';
import type { BoardId, Boot, BootStage } from '../contract/index.ts';
import type { PrintedLine } from './truth/clockTrace.ts';

/** How a power-truth test hears boards. */
export interface PowerEars {
  /** The last lines a board's consoles printed, oldest first; empty where nothing was recorded. Never rejects. */
  recentLines(boardId: BoardId): Promise<PrintedLine[]>;
  /** Every chunk of one of its consoles. */
  listen(
    boardId: BoardId,
    listener: (consoleId: string, bytes: Uint8Array, atMs: number) => void,
  ): Disposable;
  /** Whether one of its consoles has shown the beginning of a boot before. */
  isKnownToBoot(boardId: BoardId): boolean;
}

/** Stages that a system which runs on prints again: a service that restarts, a log-out. */
const notOnlyBoots: ReadonlySet<string> = new Set(['userspace', 'app', 'login', 'shell']);

/** The first stage of a boot that only a board prints which really starts; null while there is none. */
export function bootSign(boot: Boot): BootStage | null {
  return boot.stages.find(({ fault, stage }) => !fault && !notOnlyBoots.has(stage)) ?? null;
}
