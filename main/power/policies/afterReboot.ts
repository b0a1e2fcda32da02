import path from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errno.ts';
import { JsonFile, noticeOf } from '../../base/jsonFile.ts';
import type { Logger } from '../../base/logger.ts';
import {
  type Board,
  type BoardId,
  type PowerReading,
  type SwitchState,
  timestampMs,
} from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import { isSameBoot, type MachineBoot, machineBoot } from './machineBoot.ts';

const document = z.strictObject({
  version: z.literal(1),
  boot: machineBoot,
  /** Keys of boards whose policy has yet to be carried out after this boot. */
  pending: z.array(z.string()),
  /** When Labdeck first started after it: what was commanded later is somebody's word. */
  sinceMs: timestampMs,
});

export interface AfterRebootDeps {
  readonly dir: string;
  readonly boards: { list(): Board[]; key(boardId: string): string };
  readonly power: {
    read(boardId: BoardId): PowerReading;
    /** Switches it as `reboot`; `together` go off anyway and are no reason against it. Rejects with LabError. */
    set(boardId: BoardId, state: SwitchState, together: readonly BoardId[]): Promise<void>;
  };
  /** Between two boards that are switched on. */
  readonly staggerMs: () => number;
  readonly readBoot: () => Promise<MachineBoot>;
  readonly notices: Pick<NoticesService, 'post' | 'dismiss'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Duty {
  readonly key: string;
  readonly boardId: BoardId;
  readonly state: SwitchState;
  readonly rampMs: number;
}

/** Hubs, networks and plugs come up slower than Labdeck after a reboot. */
const tries = 6;
const retryEveryMs = 10_000;

/**
 * At the first start after the machine rebooted, each board gets what its policy says: those to be off at once, the
 * others on one after another. What is done is kept on disk, so that a start that is killed half-way goes on and
 * does nothing twice.
 */
export class AfterReboot {
  readonly #deps: AfterRebootDeps;
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #stop = new AbortController();
  #sinceMs: number;
  #boot: MachineBoot | null = null;
  #pending: string[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(deps: AfterRebootDeps) {
    this.#deps = deps;
    this.#sinceMs = deps.clock.nowMs();
    this.#file = new JsonFile({
      path: path.join(deps.dir, 'machine-boot.json'),
      schema: document,
      version: 1,
    });
  }

  /** Resolves once it is known what is to be done, which then goes on in the background. Never rejects. */
  async start(): Promise<void> {
    const { readBoot, boards, notices, logger } = this.#deps;
    const boot = await readBoot();
    const loaded = await this.#file.load();
    const notice = noticeOf('When the machine was last started', this.#file, loaded);
    if (notice) notices.post('machine-boot-file', notice);
    this.#boot = boot;
    // A first start is no reboot, nor is one of which nothing is known: then nothing is switched.
    if (loaded.found === 'value') {
      const { value } = loaded;
      const keys = boards.list().map(({ boardId }) => boards.key(boardId));
      const goesOn = isSameBoot(value.boot, boot);
      if (goesOn && value.pending.length === 0) return;
      this.#pending = goesOn ? value.pending.filter((key) => keys.includes(key)) : keys;
      if (goesOn) this.#sinceMs = value.sinceMs;
    }
    await this.#save();
    this.#work = this.#carryOut().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) logger.error('policies after a reboot broke off', { error });
    });
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
    const { boards, clock, logger } = this.#deps;
    const duties = boards.list().flatMap((board) => this.#dutyOf(board) ?? []);
    const nothingToDo = new Set(this.#pending);
    for (const { key } of duties) nothingToDo.delete(key);
    await this.#done(nothingToDo);
    if (duties.length > 0) logger.info('the machine rebooted', { boards: duties.map((d) => d.boardId) });
    let left = duties.sort((a, b) => Number(a.state === 'on') - Number(b.state === 'on'));
    const why = new Map<string, string>();
    for (let attempt = 1; left.length > 0 && attempt <= tries; attempt += 1) {
      if (attempt > 1) await clock.sleep(retryEveryMs, this.#stop.signal);
      left = await this.#attempt(left, why);
    }
    this.#tell(left, why);
    await this.#done(new Set(left.map(({ key }) => key)));
  }

  /** Answers those that failed. */
  async #attempt(duties: readonly Duty[], why: Map<string, string>): Promise<Duty[]> {
    const { power, staggerMs, clock, logger } = this.#deps;
    const failed: Duty[] = [];
    const together = duties.filter((duty) => duty.state === 'off').map(({ boardId }) => boardId);
    let waitMs = 0;
    for (const duty of duties) {
      const { boardId, state } = duty;
      if (state === 'on' && waitMs > 0) await clock.sleep(waitMs, this.#stop.signal);
      this.#stop.signal.throwIfAborted();
      waitMs = 0;
      if (this.#isObsolete(duty)) {
        await this.#done(new Set([duty.key]));
        continue;
      }
      try {
        await power.set(boardId, state, together);
        if (state === 'on') waitMs = staggerMs() + duty.rampMs;
        await this.#done(new Set([duty.key]));
      } catch (error) {
        logger.warn('a policy after the reboot could not be carried out', { boardId, state, error });
        why.set(duty.key, messageOf(error));
        failed.push(duty);
      }
    }
    return failed;
  }

  #dutyOf(board: Board): Duty | null {
    const { boards, power } = this.#deps;
    const { boardId, powerPolicy } = board;
    const key = boards.key(boardId);
    const reading = power.read(boardId);
    if (!this.#pending.includes(key) || !reading.switchable) return null;
    const { afterReboot, rampMs } = powerPolicy;
    if (afterReboot === 'leave') return null;
    const state = afterReboot === 'restore' ? reading.commanded : afterReboot;
    return state === null ? null : { key, boardId, state, rampMs };
  }

  /** It was removed or renamed, or somebody has switched it since: their word counts. */
  #isObsolete({ key, boardId }: Duty): boolean {
    const { boards, power } = this.#deps;
    const board = boards.list().find((each) => each.boardId === boardId);
    if (!board || boards.key(boardId) !== key) return true;
    const { commandedAtMs, commandedBy, switchable } = power.read(boardId);
    return !switchable || ((commandedAtMs ?? 0) > this.#sinceMs && commandedBy !== 'reboot');
  }

  #tell(left: readonly Duty[], why: ReadonlyMap<string, string>): void {
    const { notices } = this.#deps;
    if (left.length === 0) {
      notices.dismiss('after-reboot');
      return;
    }
    notices.post('after-reboot', {
      severity: 'warning',
      title: 'After the reboot some boards are not as their policy says',
      text: left
        .map(({ key, boardId, state }) => `${boardId} was to be ${state}: ${why.get(key)}`)
        .join('; '),
    });
  }

  async #done(keys: ReadonlySet<string>): Promise<void> {
    if (keys.size === 0) return;
    this.#pending = this.#pending.filter((key) => !keys.has(key));
    await this.#save();
  }

  async #save(): Promise<void> {
    if (!this.#boot) return;
    try {
      await this.#file.write({
        version: 1,
        boot: this.#boot,
        pending: this.#pending,
        sinceMs: this.#sinceMs,
      });
    } catch (error) {
      this.#deps.logger.warn('what was done after the reboot could not be saved', { error });
    }
  }
}
