import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { Event } from '../../base/emitter.ts';
import type { BoardId, PowerEvidence, PowerReading } from '../../contract/index.ts';
import type { PowerEars } from '../powerEars.ts';
import type { PowerFacts } from '../powerFacts.ts';
import { meterGraceMs } from '../powerFacts.ts';
import { type PrintedLine, traceClock } from './clockTrace.ts';
import { deviceCameAt, deviceWhileOff } from './truthDevice.ts';
import type { TruthFacts } from './truthFacts.ts';

/** Capacitors, queues and a loaded host may bring a board's last words this late. */
export const lastWordsMs = 1000;
const mostLines = 1000;

export interface BoardBoot {
  readonly boardId: BoardId;
  readonly atMs: number;
  readonly text: string;
}

/** What of the bench a power-truth test looks at. */
export interface TruthSources {
  readonly ears: PowerEars;
  readonly clock: Clock;
  readonly boardId: () => BoardId;
  /** What the outlet itself senses now. */
  readonly senses: () => PowerFacts;
  readonly reading: () => PowerReading;
  readonly others: () => PowerReading[];
  readonly onDidChange: Event<PowerReading>;
  /** Some board printed the first line of a boot. */
  readonly onDidBoot: Event<BoardBoot>;
  /** For each other board, whether a port of it is plugged in; those without ports are left out. */
  readonly portsOfOthers: () => ReadonlyMap<BoardId, boolean>;
}

type Phase = 'before' | 'off' | 'on';

/** Collects what happens to a board, and to the others, from before its power-off to after its boot. */
export class TruthWatch implements Disposable {
  readonly #sources: TruthSources;
  readonly #held = new DisposableStore();
  readonly #before: PrintedLine[];
  readonly #after: PrintedLine[] = [];
  readonly #partial = new Map<string, string>();
  readonly #others = new Map<BoardId, TruthFacts['others'][number]>();
  readonly #commandedBefore: ReadonlyMap<BoardId, PowerReading>;
  readonly #portsBefore: ReadonlyMap<BoardId, boolean>;
  readonly #sensedBefore: PowerFacts;
  readonly #isKnownToBoot: boolean;
  #phase: Phase = 'before';
  #offAtMs = 0;
  #onAtMs = 0;
  #off: TruthFacts['off'] = {
    audible: false,
    lastOutputAtMs: null,
    device: null,
    watts: null,
    readBack: null,
  };
  #banner: TruthFacts['on']['banner'] = null;
  #firstOutputAtMs: number | null = null;

  private constructor(sources: TruthSources, before: PrintedLine[]) {
    const { ears, boardId, onDidChange, onDidBoot } = sources;
    this.#sources = sources;
    this.#before = before;
    this.#isKnownToBoot = ears.isKnownToBoot(boardId());
    this.#sensedBefore = sources.senses();
    this.#commandedBefore = new Map(sources.others().map((reading) => [reading.boardId, reading]));
    this.#portsBefore = sources.portsOfOthers();
    this.#held.add(ears.listen(boardId(), (line, bytes, atMs) => this.#onOutput(line, bytes, atMs)));
    this.#held.add(onDidChange((reading) => this.#onReading(reading)));
    this.#held.add(onDidBoot((boot) => this.#onBoot(boot)));
  }

  static async begin(sources: TruthSources): Promise<TruthWatch> {
    return new TruthWatch(sources, await sources.ears.recentLines(sources.boardId()));
  }

  /** The outlet took the command. */
  wentOff(): void {
    this.#phase = 'off';
    this.#offAtMs = this.#sources.clock.nowMs();
  }

  /** Now and then while it is off, and at its end. */
  lookWhileOff(): void {
    const senses = this.#sources.senses();
    const { readBack, audible } = senses;
    const hasDevice = senses.device !== null || senses.ownDevice !== null;
    this.#off = {
      ...this.#off,
      audible: this.#off.audible || audible,
      device: hasDevice ? deviceWhileOff(this.#sensedBefore, senses) : this.#off.device,
      watts: this.#watts(this.#offAtMs) ?? this.#off.watts,
      readBack: readBack?.state ?? null,
    };
    for (const [boardId, there] of this.#sources.portsOfOthers())
      if (!there && this.#portsBefore.get(boardId)) this.#lost(boardId, 'device left');
  }

  /** Right before the outlet is told to go on. */
  goesOn(): void {
    this.#phase = 'on';
    this.#onAtMs = this.#sources.clock.nowMs();
  }

  /** Enough was seen to judge. */
  get hasBooted(): boolean {
    const needsRise = this.#off.watts !== null;
    const rose = (this.#watts(this.#onAtMs) ?? 0) > 0.5;
    return this.#banner !== null && (!needsRise || rose);
  }

  get facts(): TruthFacts {
    const senses = this.#sources.senses();
    const { readBack, audible } = senses;
    return {
      offAtMs: this.#offAtMs,
      onAtMs: this.#onAtMs,
      endAtMs: this.#sources.clock.nowMs(),
      heardBeforeAtMs: this.#sensedBefore.lastOutputAtMs,
      isKnownToBoot: this.#isKnownToBoot,
      off: this.#off,
      on: {
        audible,
        banner: this.#banner,
        firstOutputAtMs: this.#firstOutputAtMs,
        deviceCameAtMs: deviceCameAt(senses, this.#onAtMs),
        watts: this.#watts(this.#onAtMs),
        readBack: readBack?.state ?? null,
      },
      clock: traceClock(this.#before, this.#after, this.#onAtMs),
      others: [...this.#others.values()],
    };
  }

  dispose(): void {
    this.#held.dispose();
  }

  #watts(sinceMs: number): number | null {
    const { meter } = this.#sources.senses();
    return meter !== null && meter.atMs >= sinceMs + meterGraceMs ? meter.watts : null;
  }

  #onOutput(line: string, bytes: Uint8Array, atMs: number): void {
    const isLate = this.#phase === 'off' && atMs >= this.#offAtMs + lastWordsMs;
    if (isLate) this.#off = { ...this.#off, lastOutputAtMs: atMs, audible: true };
    if (this.#phase === 'on') this.#firstOutputAtMs ??= atMs;
    const text = `${this.#partial.get(line) ?? ''}${Buffer.from(bytes).toString('latin1')}`;
    const lines = text.split('\n');
    this.#partial.set(line, (lines.pop() ?? '').slice(-1000));
    const into = this.#phase === 'before' || (this.#phase === 'off' && !isLate) ? this.#before : this.#after;
    for (const each of lines) if (into.length < mostLines) into.push({ text: each.trim(), atMs });
  }

  #onBoot({ boardId, atMs, text }: BoardBoot): void {
    if (boardId === this.#sources.boardId()) {
      if (this.#phase === 'on' && atMs >= this.#onAtMs) this.#banner ??= { atMs, text };
      return;
    }
    if (this.#phase === 'before' || atMs < this.#offAtMs) return;
    const reading = this.#sources.others().find((other) => other.boardId === boardId);
    if (reading && this.#isUncommanded(reading)) this.#lost(boardId, 'booted');
  }

  #onReading(reading: PowerReading): void {
    if (this.#phase === 'before' || reading.boardId === this.#sources.boardId()) return;
    const before = this.#commandedBefore.get(reading.boardId);
    if (before?.known === 'on' && outletSaysOff(reading) && this.#isUncommanded(reading))
      this.#lost(reading.boardId, 'went off');
  }

  /** Nobody switched it since the test began, nor another board that takes it along. */
  #isUncommanded(reading: PowerReading): boolean {
    const { boardId } = reading;
    return (
      this.#isLeftAlone(reading) &&
      this.#sources
        .others()
        .every((other) => !other.outlet?.alsoCuts.includes(boardId) || this.#isLeftAlone(other))
    );
  }

  #isLeftAlone({ boardId, commandedAtMs, busy }: PowerReading): boolean {
    return !busy && this.#commandedBefore.get(boardId)?.commandedAtMs === commandedAtMs;
  }

  #lost(boardId: BoardId, how: TruthFacts['others'][number]['how']): void {
    if (!this.#others.has(boardId))
      this.#others.set(boardId, { boardId, how, atMs: this.#sources.clock.nowMs() });
  }
}

/** Also where its word alone is no proof: it said something else before. */
function outletSaysOff({ known, evidence }: PowerReading): boolean {
  const ofOff: readonly PowerEvidence['kind'][] = ['read-back', 'device-gone', 'console-silent'];
  return known === 'off' || (known === 'unknown' && ofOff.includes(evidence.kind));
}
