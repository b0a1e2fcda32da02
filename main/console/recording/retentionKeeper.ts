import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import { errnoOf } from '../../base/errno.ts';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import type { Logger } from '../../base/logger.ts';
import type { Retention } from '../../contract/index.ts';
import type { Recorder } from './recorder.ts';
import { chooseSegmentsToRemove, isPastAge, type KeptConsole, segmentBytesFor } from './retention.ts';
import { listSegments, removeSegment } from './segmentFiles.ts';

/** A board whose recordings are kept within bounds. */
export interface KeptBoard {
  /** The name of its folder. */
  readonly key: string;
  readonly retention: Retention;
  /** Of its consoles that are open now. */
  readonly recorders: readonly Recorder[];
}

export interface RetentionKeeperDeps {
  /** Where the folders of the boards are. */
  readonly dir: string;
  readonly boards: () => readonly KeptBoard[];
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly logger: Logger;
}

/** One console, open or no longer there. */
interface Kept extends KeptConsole {
  readonly remove: (paths: ReadonlySet<string>) => Promise<void>;
}

const sweepEveryMs = 5 * 60_000;

/**
 * Lets go of the oldest recordings of each board as its retention says: of all its consoles together, also of
 * those it no longer has. What is being written stays.
 */
export class RetentionKeeper implements Disposable {
  readonly #deps: RetentionKeeperDeps;
  readonly #sweeps = new KeyedQueue<'sweep'>();
  #timer: NodeJS.Timeout | null = null;
  #waiting = false;

  constructor(deps: RetentionKeeperDeps) {
    this.#deps = deps;
  }

  /** Sweeps now and every few minutes, until it is disposed of. */
  start(): void {
    this.sweepSoon();
    this.#timer ??= setInterval(() => this.sweepSoon(), sweepEveryMs);
  }

  /** After a segment was sealed or a retention changed. Many calls in a row make one sweep. */
  sweepSoon(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.sweep();
  }

  /** Never rejects: what could not be removed is logged and tried again at the next sweep. */
  sweep(): Promise<void> {
    return this.#sweeps.run('sweep', async () => {
      this.#waiting = false;
      for (const { key } of this.#deps.boards())
        await this.#sweepBoard(key).catch((error: unknown) =>
          this.#deps.logger.warn('recordings could not be let go of', { board: key, error }),
        );
    });
  }

  dispose(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #sweepBoard(key: string): Promise<void> {
    // Asked for anew: while others were swept, it may have gone, or its consoles been opened again.
    const board = this.#deps.boards().find((each) => each.key === key);
    if (!board) return;
    const { retention, recorders } = board;
    const nowMs = this.#deps.clock.nowMs();
    for (const recorder of recorders) {
      recorder.limitSegments(segmentBytesFor(retention, recorders.length));
      const open = recorder.segments().at(-1);
      if (open && open.bytes > 0 && isPastAge(open, retention, nowMs)) await recorder.startSegment();
    }
    if (retention.maxBytes === null && retention.maxAgeDays === null) return;
    const consoles = [...recorders.map(openConsole), ...(await this.#formerConsoles(board))];
    const doomed = new Set(chooseSegmentsToRemove(consoles, retention, nowMs).map(({ path }) => path));
    if (doomed.size === 0) return;
    for (const { remove } of consoles) await remove(doomed);
    this.#deps.logger.info('old recordings let go of', { board: board.key, files: doomed.size });
  }

  async #formerConsoles({ key, recorders }: KeptBoard): Promise<Kept[]> {
    const folder = join(this.#deps.dir, key);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw error;
    });
    const former = entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name))
      .filter((path) => !recorders.some((recorder) => recorder.folder === path));
    return await Promise.all(former.map(formerConsole));
  }
}

function openConsole(recorder: Recorder): Kept {
  const segments = recorder.segments();
  return {
    sealed: segments.slice(0, -1),
    open: segments.at(-1) ?? null,
    remove: (paths) => recorder.removeSegments(paths),
  };
}

/** The last file stays: its name is what the offsets go on from should the console come back. */
async function formerConsole(folder: string): Promise<Kept> {
  const segments = await listSegments(folder);
  return {
    sealed: segments.slice(0, -1),
    open: segments.at(-1) ?? null,
    remove: async (paths) => {
      for (const segment of segments) if (paths.has(segment.path)) await removeSegment(segment);
    },
  };
}
