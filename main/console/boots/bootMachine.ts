import type { Boot, BootStage } from '../../contract/index.ts';
import type { LineGate } from '../scan/lineGate.ts';
import type { ScannedLine } from '../scan/lineText.ts';
import type { FaultKind, StageMatch, StageTable } from './stageTable.ts';

/** A moment by two clocks. */
export interface Moment {
  /** By the host's clock, which people read and may set. */
  readonly atMs: number;
  /** By a clock nobody sets: what durations are made of. */
  readonly steadyMs: number;
}

export interface BootFault {
  readonly kind: FaultKind;
  /** The boot it happened in; null: Labdeck has not seen it begin. */
  readonly boot: Boot | null;
  readonly stage: BootStage;
  /** The board said that it restarts, as after `reboot`; false: panic, oops, or a restart without a word. */
  readonly orderly: boolean;
}

/** All the machine knows, to go on from later. */
export interface BootMachineState {
  readonly boot: Boot | null;
  readonly nextBootId: number;
  readonly powered: boolean | null;
  /** Lines of the data that this boot has shown already. */
  readonly seen: readonly string[];
  /** How far this boot is. */
  readonly reached: number;
  readonly stageSinceSteadyMs: number;
}

export const emptyBootState: BootMachineState = {
  boot: null,
  nextBootId: 1,
  powered: null,
  seen: [],
  reached: 0,
  stageSinceSteadyMs: 0,
};

/** A board that oopses for ever must not make a boot without end. */
const maxStages = 100;
const maxTextLength = 200;
/** What a board prints so soon after typing may be the answer to it. */
const answerWithinMs = 3_000;

/**
 * Cuts a console's output into boots and their stages. Lines, power commands and typing go in, each with where
 * and when; changed boots and faults come out. Pure: it has no clock and does no I/O.
 *
 * A boot begins when power is switched on, or with a banner of a stage that lies behind the present one or was
 * shown already. It ends when power is switched off or the next one begins. A kernel's banner is no news once
 * userspace runs, since `dmesg` prints it too: then only one behind a panic, an announced restart or a bootloader
 * counts. So a restart is not seen where neither the kernel's last words nor the bootloader reach the console.
 */
export class BootMachine {
  readonly #table: StageTable;
  readonly #onChange: (boot: Boot) => void;
  readonly #onFault: (fault: BootFault) => void;
  #boot: Boot | null;
  #nextBootId: number;
  #powered: boolean | null;
  #seen: Set<string>;
  #reached: number;
  #stageSinceSteadyMs: number;
  #typedSteadyMs = Number.NEGATIVE_INFINITY;
  /** Which lines it has to see. Prompts stand behind any text: they are looked for while they would be news. */
  readonly gate: LineGate;

  constructor(
    table: StageTable,
    state: BootMachineState,
    on: { readonly change: (boot: Boot) => void; readonly fault: (fault: BootFault) => void },
  ) {
    this.#table = table;
    this.#onChange = on.change;
    this.#onFault = on.fault;
    this.#boot = state.boot;
    this.#nextBootId = state.nextBootId;
    this.#powered = state.powered;
    this.#seen = new Set(state.seen);
    this.#reached = state.reached;
    this.#stageSinceSteadyMs = state.stageSinceSteadyMs;
    const prompts = () => (this.#boot === null || this.#reached >= table.lastOrder ? [] : table.literals);
    this.gate = {
      wantsAll: () => false,
      wantsStart: (text, at) => table.mayBegin(text, at),
      get literals() {
        return prompts();
      },
    };
  }

  /** The present boot; null between power off and on. */
  get boot(): Boot | null {
    return this.#boot;
  }

  get state(): BootMachineState {
    return {
      boot: this.#boot,
      nextBootId: this.#nextBootId,
      powered: this.#powered,
      seen: [...this.#seen],
      reached: this.#reached,
      stageSinceSteadyMs: this.#stageSinceSteadyMs,
    };
  }

  /** Power was commanded; saying again what it is already changes nothing. */
  power(on: boolean, offset: number, moment: Moment): void {
    if (this.#powered === on) return;
    this.#powered = on;
    this.#end(offset, moment);
    if (on) this.#begin('power-on', offset, moment);
  }

  typed(moment: Moment): void {
    this.#typedSteadyMs = moment.steadyMs;
  }

  /** A line of the board; an unfinished one may come several times, longer each time. */
  line(line: ScannedLine, moment: Moment): void {
    const match = this.#table.match(line.text, line.unfinished);
    if (!match) return;
    if (match.fault) this.#fault(match, match.fault, line, moment);
    else this.#step(match, line, moment);
  }

  /** Offsets after `fromOffset` moved by `bytes`: the disk was away. */
  rebase(fromOffset: number, bytes: number): void {
    const boot = this.#boot;
    if (!boot) return;
    const moved = (offset: number) => (offset > fromOffset ? offset + bytes : offset);
    this.#change({
      ...boot,
      fromOffset: moved(boot.fromOffset),
      stages: boot.stages.map((stage) => ({ ...stage, offset: moved(stage.offset) })),
    });
  }

  #step(match: StageMatch, line: ScannedLine, moment: Moment): void {
    const again = this.#comesAgain(match);
    if (match.banner && this.#startsOver(match, again, moment)) {
      if (this.#boot) this.#noteRestart(line, moment);
      this.#end(line.offset, moment);
      this.#begin('banner', line.offset, moment);
    }
    const boot = this.#boot;
    if (!boot) return;
    this.#seen.add(match.key);
    if (lastStep(boot)?.stage === match.stage && lastStage(boot)?.stage === match.stage) return;
    // A step back without a banner says nothing: a login prompt comes back after every logout.
    if (match.order < this.#reached && !again) return;
    if (match.order === this.#reached && boot.stages.some(({ stage }) => stage === match.stage)) return;
    this.#reached = match.order;
    const outcome = match.final && boot.outcome === 'running' ? 'good' : boot.outcome;
    this.#change({ ...this.#withStage(boot, stageOf(match, line, moment), moment), outcome });
  }

  #comesAgain(match: StageMatch): boolean {
    const last = this.#boot ? lastStep(this.#boot) : null;
    return last !== null && match.againAfter.includes(last.stage);
  }

  #startsOver(match: StageMatch, again: boolean, moment: Moment): boolean {
    const answer = match.commandPrints && moment.steadyMs - this.#typedSteadyMs < answerWithinMs;
    if (!this.#boot) return !answer;
    if (again || (match.order >= this.#reached && !this.#seen.has(match.key))) return false;
    // A script may print the log long after the last key.
    if (match.inLog && match.order < this.#reached) return endedByFault(this.#boot);
    return !answer || lastStage(this.#boot)?.fault === true;
  }

  /** The boot before ended by itself: said so far as the board has not. */
  #noteRestart(line: ScannedLine, moment: Moment): void {
    const boot = this.#boot;
    if (!boot || endedByFault(boot)) return;
    const stage: BootStage = {
      ...stageOf({ stage: 'reset', label: 'Restart without a word', text: line.text }, line, moment),
      fault: true,
    };
    const changed = this.#withStage(boot, stage, moment);
    this.#change(changed);
    this.#onFault({ kind: 'reset', boot: changed, stage, orderly: false });
  }

  #fault(match: StageMatch, kind: FaultKind, line: ScannedLine, moment: Moment): void {
    const stage: BootStage = { ...stageOf(match, line, moment), fault: true };
    const boot = this.#boot;
    if (!boot) {
      this.#onFault({ kind, boot: null, stage, orderly: match.orderly });
      return;
    }
    // One mishap has many such lines, and `dmesg` prints them again.
    const told =
      lastStage(boot)?.stage === match.stage || boot.stages.some(({ text }) => text === stage.text);
    if (told || boot.stages.length >= maxStages) return;
    // A restart after a panic is no second mishap.
    const news = kind !== 'reset' || !endedByFault(boot);
    const outcome = kind === 'reset' ? boot.outcome : 'failed';
    const changed = { ...this.#withStage(boot, stage, moment), outcome } as const;
    this.#change(changed);
    if (news) this.#onFault({ kind, boot: changed, stage, orderly: match.orderly });
  }

  #withStage(boot: Boot, stage: BootStage, moment: Moment): Boot {
    const stages = [...this.#closeStage(boot, moment), stage].slice(0, maxStages);
    this.#stageSinceSteadyMs = moment.steadyMs;
    return { ...boot, stages };
  }

  #closeStage(boot: Boot, moment: Moment): BootStage[] {
    const durationMs = Math.max(0, Math.round(moment.steadyMs - this.#stageSinceSteadyMs));
    return boot.stages.map((stage) => (stage.durationMs === null ? { ...stage, durationMs } : stage));
  }

  #begin(begun: Boot['begun'], offset: number, moment: Moment): void {
    this.#seen = new Set();
    this.#reached = 0;
    this.#change({
      bootId: this.#nextBootId,
      begun,
      fromOffset: offset,
      toOffset: null,
      startedAtMs: moment.atMs,
      endedAtMs: null,
      outcome: 'running',
      stages: [],
    });
    this.#nextBootId += 1;
  }

  #end(offset: number, moment: Moment): void {
    const boot = this.#boot;
    if (!boot) return;
    this.#change({
      ...boot,
      toOffset: offset,
      endedAtMs: moment.atMs,
      outcome: boot.outcome === 'running' ? 'short' : boot.outcome,
      stages: this.#closeStage(boot, moment),
    });
    this.#boot = null;
  }

  #change(boot: Boot): void {
    this.#boot = boot;
    this.#onChange(boot);
  }
}

function stageOf(
  { stage, label, text }: Pick<StageMatch, 'stage' | 'label' | 'text'>,
  { offset }: ScannedLine,
  { atMs }: Moment,
): BootStage {
  const shown = ownCopy(text.slice(0, maxTextLength));
  return { stage, label, fault: false, offset, atMs, durationMs: null, text: shown };
}

/** A slice of a string keeps the whole of it in memory, here all that was printed around the line. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function lastStage(boot: Boot): BootStage | null {
  return boot.stages.at(-1) ?? null;
}

function lastStep(boot: Boot): BootStage | null {
  return boot.stages.findLast((stage) => !stage.fault) ?? null;
}

/** A panic or a restart that was announced, and nothing went on after it. */
function endedByFault(boot: Boot): boolean {
  const last = lastStage(boot);
  return last?.fault === true && last.stage !== 'oops';
}
