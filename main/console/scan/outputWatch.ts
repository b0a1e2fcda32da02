import type { Disposable } from '../../base/disposable.ts';
import type { Moment } from '../boots/bootMachine.ts';
import type { BootTracker } from '../boots/bootTracker.ts';
import type { RuleEngine } from '../rules/ruleEngine.ts';
import type { LineGate } from './lineGate.ts';
import { LineScanner } from './lineScanner.ts';

export interface OutputWatchOptions {
  readonly boots: BootTracker;
  readonly rules: RuleEngine;
  /** Milliseconds by a clock nobody sets. */
  readonly monotonicMs: () => number;
}

/** What a console prints, read line by line for its boots and its rules, which every boot arms anew. */
export class OutputWatch implements Disposable {
  readonly #boots: BootTracker;
  readonly #rules: RuleEngine;
  readonly #monotonicMs: () => number;
  readonly #scanner: LineScanner;
  readonly #following: Disposable;
  #bootId = 0;
  /** When the chunk under way arrived, and where it begins. */
  #now: Moment = { atMs: 0, steadyMs: 0 };
  #nowOffset = 0;
  /** When the line that has no end yet began to arrive. */
  #lineSince: Moment = this.#now;
  #lineOffset = 0;

  constructor({ boots, rules, monotonicMs }: OutputWatchOptions) {
    this.#boots = boots;
    this.#rules = rules;
    this.#monotonicMs = monotonicMs;
    this.#following = boots.onDidChange(({ bootId, toOffset }) => {
      if (toOffset !== null || bootId === this.#bootId) return;
      this.#bootId = bootId;
      rules.bootBegan();
    });
    const gate: LineGate = {
      wantsAll: (text) => rules.gate.wantsAll(text),
      wantsStart: (text, at) => boots.gate.wantsStart(text, at),
      get literals() {
        return boots.gate.literals;
      },
    };
    this.#scanner = new LineScanner(gate, (line) => {
      boots.line(line, line.offset < this.#nowOffset ? this.#lineSince : this.#now);
      rules.lineIs(line.offset);
      rules.line(line);
    });
  }

  /**
   * `offset` is where `bytes` stand in the recording, `atMs` when they arrived, by the host's clock, and `ageMs` how
   * long ago that was.
   */
  printed(bytes: Uint8Array, offset: number, atMs: number, ageMs = 0): void {
    const nowMs = this.#monotonicMs();
    // Never before what came before, nor after now: the host's clock, which the age is from, may have stepped.
    const steadyMs = Math.min(nowMs, Math.max(this.#now.steadyMs, nowMs - ageMs));
    this.#now = { atMs, steadyMs };
    this.#nowOffset = offset;
    this.#scanner.push(bytes, offset);
    const { lineOffset } = this.#scanner;
    if (lineOffset >= offset && lineOffset !== this.#lineOffset) this.#lineSince = this.#now;
    this.#lineOffset = lineOffset;
    this.#rules.lineIs(lineOffset);
    this.#boots.scanned(lineOffset);
  }

  /** Power was commanded; `offset` is where its record stands. */
  power(on: boolean, offset: number, atMs: number): void {
    this.#scanner.flush();
    this.#boots.scanned(offset);
    this.#boots.power(on, offset, { atMs, steadyMs: this.#monotonicMs() });
  }

  /** Somebody typed: what the board prints now may be the answer. */
  typed(atMs: number): void {
    this.#boots.typed({ atMs, steadyMs: this.#monotonicMs() });
  }

  dispose(): void {
    this.#following.dispose();
  }
}
