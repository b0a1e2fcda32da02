import { join } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Logger } from '../base/logger.ts';
import type { ExpectRule, RuleStatus, TypingStyle } from '../contract/index.ts';
import { BootTracker, type StageTable } from './boots/index.ts';
import type { ConsoleLine, Printed } from './consoleLine.ts';
import { type RuleActions, RuleEngine } from './rules/index.ts';
import { OutputWatch } from './scan/outputWatch.ts';
import { WatchQueue } from './scan/watchQueue.ts';
import { BracketedPasteMode } from './typing/bracketedPaste.ts';
import { enterOf } from './typing/lineEndings.ts';

export interface ConsoleOutputOptions {
  readonly line: ConsoleLine;
  /** Of the recording: the boots are kept in there. */
  readonly folder: string;
  readonly stages: StageTable;
  readonly rules: readonly ExpectRule[];
  readonly actions: RuleActions;
  readonly typing: () => TypingStyle;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A rule is waited for; boots are not. In milliseconds. */
const rulePaceMs = 15;
const bootPaceMs = 40;

/** What a console's output is read for: boots and their faults, expect rules, how the board wants pastes. */
export class ConsoleOutput implements Disposable {
  readonly boots: BootTracker;
  readonly #line: ConsoleLine;
  readonly #clock: Clock;
  readonly #rules: RuleEngine;
  readonly #watch: OutputWatch;
  readonly #queue: WatchQueue;
  readonly #brackets = new BracketedPasteMode();
  readonly #held = new DisposableStore();

  constructor({ line, folder, stages, rules, actions, typing, clock, logger }: ConsoleOutputOptions) {
    this.#line = line;
    this.#clock = clock;
    const { monotonicMs } = systemClock;
    this.boots = new BootTracker({
      recording: line.recorder,
      path: join(folder, 'boots.jsonl'),
      table: stages,
      clock,
      monotonicMs,
      logger,
    });
    this.#rules = new RuleEngine({ actions, enter: () => enterOf(typing()), clock, monotonicMs, logger });
    this.#rules.setRules(rules);
    const watch = new OutputWatch({ boots: this.boots, rules: this.#rules, monotonicMs });
    this.#watch = watch;
    this.#queue = new WatchQueue({
      recording: line.recorder,
      look: (bytes, offset, atMs) => watch.printed(bytes, offset, atMs, clock.nowMs() - atMs),
      paceMs: () => (this.#rules.isIdle ? bootPaceMs : rulePaceMs),
      clock,
      logger,
    });
    this.#listen();
  }

  /** The board wants pastes in brackets. */
  get wantsBrackets(): boolean {
    return this.#brackets.wanted;
  }

  get ruleStatus(): RuleStatus[] {
    return this.#rules.status();
  }

  setRules(rules: readonly ExpectRule[]): void {
    this.#rules.setRules(rules);
  }

  /** Somebody is about to type: what the board prints from here on may be the answer. */
  typed(): void {
    const atMs = this.#clock.nowMs();
    this.#queue.when(this.#line.recorder.endOffset, () => this.#watch.typed(atMs));
  }

  /** Power is about to be switched. */
  power(on: boolean): void {
    const { endOffset } = this.#line.recorder;
    const atMs = this.#clock.nowMs();
    this.#queue.when(endOffset, () => this.#watch.power(on, endOffset, atMs));
  }

  /** Reads no further, and no rule acts any more; `boots` have yet to be closed. */
  dispose(): void {
    this.#held.dispose();
    this.#queue.dispose();
    this.#rules.close();
    this.#watch.dispose();
  }

  #listen(): void {
    let bootId = 0;
    this.#held.add(
      this.boots.onDidChange((boot) => {
        if (boot.bootId === bootId) return;
        bootId = boot.bootId;
        // Whatever program asked for brackets is gone.
        this.#brackets.reset();
      }),
    );
    this.#held.add(this.#line.onDidOutput((printed) => this.#onOutput(printed)));
    this.#held.add(
      this.#line.recorder.onDidRebase(({ fromOffset, bytes }) => {
        this.#queue.rebase(fromOffset, bytes);
        this.boots.rebase(fromOffset, bytes);
      }),
    );
  }

  #onOutput(printed: Printed): void {
    this.#brackets.push(printed.bytes);
    this.#queue.push(printed);
  }
}
