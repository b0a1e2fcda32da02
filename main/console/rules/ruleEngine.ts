import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import { messageOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import type { ExpectRule, LedState, RuleStatus } from '../../contract/index.ts';
import type { LineGate } from '../scan/lineGate.ts';
import type { ScannedLine } from '../scan/lineText.ts';
import { ActionBrake } from './actionBrake.ts';
import { ArmedRule } from './armedRule.ts';

/** What rules can do. What rejects is shown at the rule. */
export interface RuleActions {
  send(bytes: Uint8Array, rule: ExpectRule): Promise<void>;
  mark(text: string, rule: ExpectRule): void;
  /** `line` is what the rule found. */
  notify(text: string, rule: ExpectRule, line: string): void;
  powerOff(rule: ExpectRule): Promise<void>;
  /** Power was not switched off: the user counts on it, and is told. */
  powerStaysOn(rule: ExpectRule, why: string): void;
  /** Says it with the board's LEDs until the next boot. */
  showState(state: LedState): void;
}

export interface RuleEngineOptions {
  readonly actions: RuleActions;
  /** What Enter sends, for line breaks in a text. */
  readonly enter: () => string;
  readonly clock: Clock;
  /** Milliseconds by a clock nobody sets, for `withinMs`. */
  readonly monotonicMs: () => number;
  readonly logger: Logger;
}

/** U-Boot looks for a key every few milliseconds, but may be deaf while it starts its drivers. */
const keyEveryMs = 100;
const keyForMs = 3_000;

/** The expect rules of one console. Armed anew with each boot; each occurrence of a pattern counts once. */
export class RuleEngine {
  readonly #options: RuleEngineOptions;
  readonly #changed = new Emitter<void>();
  readonly #brake = new ActionBrake();
  #closed = false;
  #rules: ArmedRule[] = [];
  #bootSinceMs: number;
  /** Where the line being printed begins. */
  #lineOffset = 0;
  /** A rule's status changed otherwise than by time. */
  readonly onDidChange = this.#changed.event;
  /** Lines that no armed rule can be after are not asked for. */
  readonly gate: LineGate = {
    wantsAll: (text) => this.#armed().some((rule) => rule.mayBeIn(text)),
    wantsStart: () => false,
    literals: [],
  };

  constructor(options: RuleEngineOptions) {
    this.#options = options;
    this.#bootSinceMs = options.monotonicMs();
  }

  /** Rules that stay the same stay as they stand. One that cannot work is shown as failed. */
  setRules(rules: readonly ExpectRule[]): void {
    const before = new Map(this.#rules.map((armed) => [armed.rule.name, armed]));
    this.#rules = rules.map((rule) => {
      const known = before.get(rule.name);
      if (known && JSON.stringify(known.rule) === JSON.stringify(rule)) return known;
      return new ArmedRule(rule, known?.status(0) ?? null);
    });
    this.#changed.fire();
  }

  /** No rule waits for anything now. */
  get isIdle(): boolean {
    return this.#armed().length === 0;
  }

  status(): RuleStatus[] {
    return this.#rules.map((rule) => rule.status(this.#sinceBootMs()));
  }

  /** A boot began: every rule counts from the start. */
  bootBegan(): void {
    this.#bootSinceMs = this.#options.monotonicMs();
    for (const rule of this.#rules) rule.bootBegan();
    this.#changed.fire();
  }

  /** A line of the board; an unfinished one may come several times, longer each time. */
  line(line: ScannedLine): void {
    for (const rule of this.#armed()) {
      const times = rule.findNew(line);
      for (let time = 0; time < times && rule.isArmed(this.#sinceBootMs()); time += 1) this.#hit(rule, line);
    }
  }

  /** The line being printed begins at `offset`: one before it was left. */
  lineIs(offset: number): void {
    this.#lineOffset = offset;
  }

  /** Ends what is being typed. */
  close(): void {
    this.#closed = true;
    this.#rules = [];
  }

  #armed(): ArmedRule[] {
    const sinceBootMs = this.#sinceBootMs();
    return this.#rules.filter((rule) => rule.isArmed(sinceBootMs));
  }

  #sinceBootMs(): number {
    return this.#options.monotonicMs() - this.#bootSinceMs;
  }

  #hit(armed: ArmedRule, line: ScannedLine): void {
    const { clock, monotonicMs, logger } = this.#options;
    armed.hit(clock.nowMs());
    if (!this.#brake.allow(monotonicMs())) {
      armed.failed('Rules acted more than 50 times within 10 s; this one rests until the next boot');
      logger.warn('an expect rule was stopped', { rule: armed.rule.name });
    } else
      this.#act(armed.rule, line).catch((error: unknown) => {
        if (this.#closed) return;
        armed.failed(messageOf(error));
        if (armed.rule.action.kind === 'power-off')
          this.#options.actions.powerStaysOn(armed.rule, messageOf(error));
        this.#changed.fire();
      });
    this.#changed.fire();
  }

  async #act(rule: ExpectRule, line: ScannedLine): Promise<void> {
    const { actions } = this.#options;
    const { action } = rule;
    if (action.kind === 'send') await actions.send(this.#bytesOf(action.text), rule);
    else if (action.kind === 'stop-autoboot') await this.#stopAutoboot(rule, action.key, line.offset);
    else if (action.kind === 'mark') actions.mark(action.text, rule);
    else if (action.kind === 'notify') actions.notify(action.text, rule, line.text);
    else if (action.kind === 'show-state') actions.showState(action.state);
    else await actions.powerOff(rule);
  }

  /** The key at once, and again until the countdown's line is left. */
  async #stopAutoboot(rule: ExpectRule, key: string, lineOffset: number): Promise<void> {
    const { actions, clock, monotonicMs } = this.#options;
    const bytes = this.#bytesOf(key);
    const untilMs = monotonicMs() + keyForMs;
    do {
      await actions.send(bytes, rule);
      await clock.sleep(keyEveryMs);
    } while (!this.#closed && this.#lineOffset <= lineOffset && monotonicMs() < untilMs);
  }

  #bytesOf(text: string): Uint8Array {
    return Buffer.from(
      text.replace(/\r\n|\r|\n/g, () => this.#options.enter()),
      'utf8',
    );
  }
}
