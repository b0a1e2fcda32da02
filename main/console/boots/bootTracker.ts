import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import type { Logger } from '../../base/logger.ts';
import type { Boot } from '../../contract/index.ts';
import { fail } from '../../contract/labError.ts';
import type { LineGate } from '../scan/lineGate.ts';
import type { ScannedLine } from '../scan/lineText.ts';
import { type BootFault, BootMachine, type Moment } from './bootMachine.ts';
import { BootsFile, maxBoots, noProgress, type Progress } from './bootsFile.ts';
import { type BootRecording, BootReplay } from './replay.ts';
import type { StageTable } from './stageTable.ts';

export interface BootTrackerOptions {
  readonly recording: BootRecording;
  /** The file boots are kept in, beside the recording. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds by the clock that times what is fed live. */
  readonly monotonicMs: () => number;
  readonly table: StageTable;
}

/** What a crash costs is read from the recording again. */
const saveAfterMs = 5_000;
/** So much more was read without news: worth a line, or it would have to be read again. In bytes. */
const saveEveryBytes = 64 * 1024 * 1024;
/** How many boots are told of after what was recorded before has been read. */
const toldAtOnce = 100;

/**
 * The boots of one console: read from its recording where they are not known yet, then followed live. Faults are
 * told only of what happens live.
 */
export class BootTracker {
  readonly #options: BootTrackerOptions;
  readonly #table: StageTable;
  readonly #file: BootsFile;
  readonly #changed = new Emitter<Boot>();
  readonly #faulted = new Emitter<BootFault>();
  readonly #stop = new AbortController();
  readonly #madeAtMs: number;
  #machine: BootMachine;
  #boots: Boot[] = [];
  #dirty = new Map<number, Boot>();
  #live = false;
  /** Lines before it were read from the recording: of what was printed meanwhile some is fed live as well. */
  #liveFrom = 0;
  /** Power commands while the past was read. */
  #waiting: (() => void)[] = [];
  /** When somebody typed last while the past was read. */
  #typedMeanwhile: Moment | null = null;
  #scannedTo = 0;
  #savedTo = 0;
  /** What to add to the live clock to get the steady time of the recording. */
  #steadyBaseMs = 0;
  #saveTimer: NodeJS.Timeout | null = null;
  #started: Promise<void> | null = null;
  /** A boot began, went on or ended. */
  readonly onDidChange = this.#changed.event;
  readonly onDidFault = this.#faulted.event;

  constructor(options: BootTrackerOptions) {
    this.#options = options;
    this.#table = options.table;
    this.#madeAtMs = options.clock.nowMs();
    this.#file = new BootsFile(options.path, options.logger);
    this.#machine = this.#makeMachine(noProgress);
  }

  /** Which lines it has to see. */
  get gate(): LineGate {
    return this.#machine.gate;
  }

  /** The present boot; null while the board is off, or before the first. */
  get present(): Boot | null {
    return this.#machine.boot;
  }

  /** Reads what was recorded before; resolves, never rejects, once all that follows is live. */
  start(): Promise<void> {
    this.#started ??= this.#catchUp().catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      this.#options.logger.error('boots of the past cannot be read', { error });
      this.#goLive();
    });
    return this.#started;
  }

  /** Newest first, only those older than `before` where that is given. */
  list(limit: number, before = Number.POSITIVE_INFINITY): Boot[] {
    const { startOffset } = this.#options.recording;
    const kept = this.#boots.filter(
      (boot) => boot.bootId < before && (boot.toOffset === null || boot.toOffset > startOffset),
    );
    return kept.slice(-limit).reverse();
  }

  /** Throws LabError NOT_FOUND. */
  get(bootId: number): Boot {
    return (
      this.#boots.find((boot) => boot.bootId === bootId) ??
      fail('NOT_FOUND', `There is no boot ${bootId}`, 'GET /consoles/{consoleId}/boots lists them.')
    );
  }

  line(line: ScannedLine, moment: Moment): void {
    if (this.#live && line.offset >= this.#liveFrom) this.#machine.line(line, this.#steady(moment));
  }

  /** Power was commanded; `offset` is where its record stands. */
  power(on: boolean, offset: number, moment: Moment): void {
    if (this.#live) this.#machine.power(on, offset, this.#steady(moment));
    else this.#waiting.push(() => this.#machine.power(on, offset, this.#steady(moment)));
  }

  typed(moment: Moment): void {
    if (this.#live) this.#machine.typed(this.#steady(moment));
    else this.#typedMeanwhile = moment;
  }

  /** Everything before `offset` was fed. */
  scanned(offset: number): void {
    if (!this.#live) return;
    this.#scannedTo = offset;
    if (offset - this.#savedTo > saveEveryBytes) this.#saveSoon();
  }

  /** Offsets after `fromOffset` moved by `bytes`: the disk was away. */
  rebase(fromOffset: number, bytes: number): void {
    // All that was read twice was fed before; what follows may now stand anywhere.
    this.#liveFrom = 0;
    if (this.#scannedTo > fromOffset) this.#scannedTo = Math.max(fromOffset, this.#scannedTo + bytes);
    this.#machine.rebase(fromOffset, bytes);
  }

  /** Ends what it does and writes what it knows. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#started;
    if (this.#saveTimer) clearTimeout(this.#saveTimer);
    this.#saveTimer = null;
    if (this.#live) this.#save();
    await this.#file.flushed();
  }

  async #catchUp(): Promise<void> {
    const { recording, path } = this.#options;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch(() => {});
    const { boots, progress } = await this.#file.load(
      recording.startOffset,
      recording.endOffset,
      this.#stop.signal,
    );
    this.#boots = boots;
    this.#machine = this.#makeMachine(progress);
    const start = {
      offset: Math.max(progress.scannedTo, recording.startOffset),
      knownAtMs: progress.atMs,
      steppedMs: progress.steppedMs,
      countFromMs: this.#madeAtMs,
    };
    const replay = new BootReplay(recording, this.#machine, start, this.#stop.signal);
    // What the board prints meanwhile is in the recording as well, until there is no more of it.
    do await replay.readTo(recording.endOffset);
    while (replay.offset < recording.endOffset);
    // It may have become shorter meanwhile: the disk was away.
    this.#liveFrom = Math.min(replay.lineOffset, recording.endOffset);
    this.#scannedTo = this.#liveFrom;
    this.#waiting.splice(0, replay.powers);
    this.#goLive(replay.steppedMs);
    this.#file.compact(this.#boots, this.#progress());
    this.#savedTo = this.#scannedTo;
  }

  #goLive(steppedMs = 0): void {
    const { clock, monotonicMs } = this.#options;
    this.#steadyBaseMs = clock.nowMs() - steppedMs - monotonicMs();
    this.#live = true;
    const changed = [...this.#dirty.values()];
    this.#dirty.clear();
    for (const boot of changed) this.#changed.fire(boot);
    for (const power of this.#waiting) power();
    this.#waiting = [];
    if (this.#typedMeanwhile) this.typed(this.#typedMeanwhile);
  }

  #makeMachine(progress: Progress): BootMachine {
    return new BootMachine(this.#table, progress.state, {
      change: (boot) => this.#keep(boot),
      fault: (fault) => {
        if (this.#live) this.#faulted.fire(fault);
      },
    });
  }

  #keep(boot: Boot): void {
    const last = this.#boots.length - 1;
    if (this.#boots[last]?.bootId === boot.bootId) this.#boots[last] = boot;
    else this.#boots.push(boot);
    if (this.#boots.length > maxBoots) this.#boots.shift();
    this.#dirty.set(boot.bootId, boot);
    if (!this.#live) {
      // The past may have many: all are written at its end anyway.
      if (this.#dirty.size > toldAtOnce) this.#dirty.delete(boot.bootId - toldAtOnce);
      return;
    }
    this.#saveSoon();
    this.#changed.fire(boot);
  }

  #steady(moment: Moment): Moment {
    return { atMs: moment.atMs, steadyMs: moment.steadyMs + this.#steadyBaseMs };
  }

  #saveSoon(): void {
    this.#saveTimer ??= setTimeout(() => {
      this.#saveTimer = null;
      this.#save();
    }, saveAfterMs);
  }

  #save(): void {
    const progress = this.#progress();
    if (this.#file.isLong) this.#file.compact(this.#boots, progress);
    else this.#file.append([...this.#dirty.values()], progress);
    this.#dirty.clear();
    this.#savedTo = this.#scannedTo;
  }

  #progress(): Progress {
    const { clock, monotonicMs } = this.#options;
    const atMs = clock.nowMs();
    return {
      scannedTo: this.#scannedTo,
      atMs,
      steppedMs: atMs - (monotonicMs() + this.#steadyBaseMs),
      state: this.#machine.state,
    };
  }
}
