import { messageOf } from '../../base/errno.ts';
import type { ExpectRule, RuleStatus } from '../../contract/index.ts';
import type { ScannedLine } from '../scan/lineText.ts';
import { compilePattern, type RulePattern } from './pattern.ts';

/** One rule and how it stands in the present boot. */
export class ArmedRule {
  readonly rule: ExpectRule;
  readonly #pattern: RulePattern | null;
  /** Of the expression; it stays until the rule is changed. */
  readonly #defect: string | null;
  #problem: string | null = null;
  #hits = 0;
  #totalHits: number;
  #lastHitAtMs: number | null;
  /** The line looked at last, and how often the pattern was in it. */
  #lineOffset = -1;
  #foundInLine = 0;

  /** `before`: the rule of this name until now, whose count goes on. */
  constructor(rule: ExpectRule, before: RuleStatus | null) {
    this.rule = rule;
    this.#totalHits = before?.totalHits ?? 0;
    this.#lastHitAtMs = before?.lastHitAtMs ?? null;
    let pattern: RulePattern | null = null;
    let defect: string | null = null;
    try {
      pattern = compilePattern(rule);
    } catch (error) {
      defect = messageOf(error);
    }
    this.#pattern = pattern;
    this.#defect = defect;
  }

  status(sinceBootMs: number): RuleStatus {
    return {
      name: this.rule.name,
      state: this.#state(sinceBootMs),
      hits: this.#hits,
      totalHits: this.#totalHits,
      lastHitAtMs: this.#lastHitAtMs,
      problem: this.#defect ?? this.#problem,
    };
  }

  isArmed(sinceBootMs: number): boolean {
    return this.#state(sinceBootMs) === 'armed';
  }

  mayBeIn(text: string): boolean {
    return this.#pattern?.mayBeIn(text) ?? false;
  }

  /** How often the pattern shows in the line beyond what was found when it was shorter. */
  findNew(line: ScannedLine): number {
    if (this.#lineOffset !== line.offset) {
      this.#lineOffset = line.offset;
      this.#foundInLine = 0;
    }
    const found = this.#pattern?.count(line.text) ?? 0;
    const fresh = Math.max(0, found - this.#foundInLine);
    this.#foundInLine = Math.max(this.#foundInLine, found);
    return fresh;
  }

  hit(atMs: number): void {
    this.#hits += 1;
    this.#totalHits += 1;
    this.#lastHitAtMs = atMs;
  }

  /** Out of use until the next boot. */
  failed(problem: string): void {
    this.#problem = problem;
  }

  bootBegan(): void {
    this.#hits = 0;
    this.#problem = null;
  }

  #state(sinceBootMs: number): RuleStatus['state'] {
    const { enabled, maxTimes, withinMs } = this.rule;
    if (!enabled) return 'off';
    if (this.#defect !== null || this.#problem !== null) return 'failed';
    if (this.#hits >= maxTimes) return 'spent';
    return withinMs !== null && sinceBootMs > withinMs ? 'late' : 'armed';
  }
}
