import path from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { JsonFile } from '../../base/jsonFile.ts';
import { loadTelling } from '../../base/jsonFileTelling.ts';
import type { Logger } from '../../base/logger.ts';
import {
  type Board,
  type BoardId,
  type PowerReading,
  type SwitchState,
  timestampMs,
} from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import { carryOutDuties, type Duty, type FailedDuty } from './duties.ts';
import { isSameBoot, type MachineBoot, machineBoot } from './machineBoot.ts';

const document = z.strictObject({
  version: z.literal(1),
  boot: machineBoot,
  /** Keys of boards whose policy has yet to be carried out after this boot. */
  pending: z.array(z.string()),
  /**
   * When each of them was last commanded as Labdeck first started after it: any other command is somebody's word.
   * Compared for equality, since a machine without a clock battery starts with a time of before.
   */
  commandedAtMs: z.record(z.string(), timestampMs.nullable()).default({}),
  /** In files from before that: when Labdeck first started after it. */
  sinceMs: timestampMs.optional(),
});
type Kept = z.infer<typeof document>;

export interface AfterRebootDeps {
  readonly dir: string;
  readonly boards: { list(): Board[]; key(boardId: string): string };
  readonly power: {
    read(boardId: BoardId): PowerReading;
    /** What somebody last wanted of it, for `restore`; null: nothing. */
    wanted(boardId: BoardId): SwitchState | null;
    /** Switches it as `reboot`; `together` go off anyway and are no reason against it. Rejects with LabError. */
    set(
      boardId: BoardId,
      state: SwitchState,
      together: readonly BoardId[],
      signal: AbortSignal,
    ): Promise<void>;
  };
  /** Between two boards that are switched on. */
  readonly staggerMs: () => number;
  readonly readBoot: () => Promise<MachineBoot>;
  readonly notices: Pick<NoticesService, 'post' | 'dismiss'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * At the first start after the machine rebooted, each board gets what its policy says: those to be off at once, the
 * others on one after another. What is done is kept on disk, so that a start that is killed half-way goes on and
 * does nothing twice.
 */
export class AfterReboot {
  readonly #deps: AfterRebootDeps;
  readonly #file: JsonFile<Kept>;
  readonly #stop = new AbortController();
  #boot: MachineBoot | null = null;
  /** By board key, when it was last commanded as this boot's first start found it. */
  #pending: ReadonlyMap<string, number | null> = new Map();
  #work: Promise<void> = Promise.resolve();

  constructor(deps: AfterRebootDeps) {
    this.#deps = deps;
    this.#file = new JsonFile({
      path: path.join(deps.dir, 'machine-boot.json'),
      schema: document,
      version: 1,
    });
  }

  /** Resolves once it is known what is to be done, which then goes on in the background. Never rejects. */
  async start(): Promise<void> {
    const { readBoot, notices, logger } = this.#deps;
    // Before anything is waited for: what is commanded meanwhile is somebody's word.
    const found = this.#commanded();
    const boot = await readBoot();
    const kept = await loadTelling(this.#file, {
      what: 'When the machine was last started',
      topic: 'machine-boot-file',
      notices,
      logger,
    });
    this.#boot = boot;
    // A first start is no reboot, nor is one of which nothing is known: then nothing is switched.
    if (kept) {
      const goesOn = isSameBoot(kept.boot, boot);
      if (goesOn && kept.pending.length === 0) return;
      this.#pending = goesOn ? stillPending(kept, found) : found;
    }
    await this.#save();
    this.#work = this.#carryOut().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) logger.error('policies after a reboot broke off', { error });
    });
  }

  /** It is for this policy to say what the board gets now. */
  decides(boardId: BoardId): boolean {
    const board = this.#deps.boards.list().find((each) => each.boardId === boardId);
    return board !== undefined && this.#dutyOf(board) !== null;
  }

  /** Resolves once all is done, or was given up. */
  settled(): Promise<void> {
    return this.#work;
  }

  /** The next start goes on with what is left. */
  async close(): Promise<void> {
    this.#stop.abort(new Error('closing'));
    await this.#work;
  }

  async #carryOut(): Promise<void> {
    const { boards, power, staggerMs, clock, logger } = this.#deps;
    const duties = boards.list().flatMap((board) => this.#dutyOf(board) ?? []);
    const nothingToDo = new Set(this.#pending.keys());
    for (const { key } of duties) nothingToDo.delete(key);
    await this.#done(nothingToDo);
    if (duties.length > 0) logger.info('the machine rebooted', { boards: duties.map((d) => d.boardId) });
    const left = await carryOutDuties(duties, {
      carryOut: ({ boardId, state }, together) => power.set(boardId, state, together, this.#stop.signal),
      isObsolete: (duty) => this.#isObsolete(duty),
      onDone: ({ key }) => this.#done(new Set([key])),
      onFailure: ({ boardId, state }, error) =>
        logger.warn('a policy after the reboot could not be carried out', { boardId, state, error }),
      staggerMs,
      clock,
      signal: this.#stop.signal,
    });
    this.#tell(left);
    await this.#done(new Set(left.map(({ key }) => key)));
  }

  #dutyOf(board: Board): Duty | null {
    const { boards, power } = this.#deps;
    const { boardId, powerPolicy } = board;
    const key = boards.key(boardId);
    const reading = power.read(boardId);
    if (!this.#pending.has(key) || !reading.switchable) return null;
    const { afterReboot, rampMs } = powerPolicy;
    if (afterReboot === 'leave') return null;
    const state = afterReboot === 'restore' ? power.wanted(boardId) : afterReboot;
    return state === null ? null : { key, boardId, state, rampMs };
  }

  /** It was removed or renamed, or somebody has switched it since: their word counts. */
  #isObsolete({ key, boardId }: Duty): boolean {
    const { boards, power } = this.#deps;
    const board = boards.list().find((each) => each.boardId === boardId);
    if (!board || boards.key(boardId) !== key) return true;
    const { commandedAtMs, commandedBy, switchable } = power.read(boardId);
    return !switchable || (commandedAtMs !== this.#pending.get(key) && commandedBy !== 'reboot');
  }

  #commanded(): Map<string, number | null> {
    const { boards, power } = this.#deps;
    return new Map(
      boards.list().map(({ boardId }) => [boards.key(boardId), power.read(boardId).commandedAtMs]),
    );
  }

  #tell(left: readonly FailedDuty[]): void {
    const { notices } = this.#deps;
    if (left.length === 0) {
      notices.dismiss('after-reboot');
      return;
    }
    notices.post('after-reboot', {
      severity: 'warning',
      title: 'After the reboot some boards are not as their policy says',
      text: left.map(({ boardId, state, why }) => `${boardId} was to be ${state}: ${why}`).join('; '),
    });
  }

  async #done(keys: ReadonlySet<string>): Promise<void> {
    if (keys.size === 0) return;
    this.#pending = new Map([...this.#pending].filter(([key]) => !keys.has(key)));
    await this.#save();
  }

  async #save(): Promise<void> {
    if (!this.#boot) return;
    try {
      await this.#file.write({
        version: 1,
        boot: this.#boot,
        pending: [...this.#pending.keys()],
        commandedAtMs: Object.fromEntries(this.#pending),
      });
    } catch (error) {
      this.#deps.logger.warn('what was done after the reboot could not be saved', { error });
    }
  }
}

/** Of boards that are still there, what an earlier start after this boot left to be done. */
function stillPending(kept: Kept, found: ReadonlyMap<string, number | null>): Map<string, number | null> {
  const left = new Map<string, number | null>();
  for (const key of kept.pending) {
    const now = found.get(key);
    const before = kept.commandedAtMs[key];
    if (now === undefined) continue;
    if (before !== undefined) left.set(key, before);
    else if ((now ?? 0) <= (kept.sinceMs ?? Number.POSITIVE_INFINITY)) left.set(key, now);
  }
  return left;
}
