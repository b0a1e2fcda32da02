import type { Boot, LedPattern, LedState, Leds, PowerReading } from '../../contract/index.ts';
import { frameOf, sameLeds, silence } from './ledFrame.ts';

/** What the language knows of one board, and what its lights are to show. Pure: no clock, no I/O. */
export class LedBoard {
  /** As people set them; the lights a pattern leaves alone, and all of them when nothing is said. */
  hand: Leds;
  state: LedState | null = null;
  pattern: LedPattern = silence;
  byHand: LedState | null = null;
  /** By an expect rule, until the next boot. */
  byRule: { readonly state: LedState; readonly atMs: number } | null = null;
  isSought = false;
  /** The newest boot of each console, by the console's name. */
  readonly boots = new Map<string, Boot>();
  /** What it is to show has not been sent yet. */
  isOwed = false;
  /** That which is owed is a state of its own and worth a mark in the recording. */
  isNews = false;
  /** A write that somebody asked for went through since the outlet was plugged in. */
  isVentured = false;
  #seen: Leds;
  /** What is on its way, so that it is not taken for somebody's hand. */
  #sent: Leds | null = null;
  #commandedAtMs: number | null;
  /** Power was commanded, or proved to be as commanded, since Labdeck runs. */
  #isProved = false;
  #wasGone = false;

  constructor(reading: PowerReading, hand: Leds | null) {
    this.hand = hand ?? reading.leds;
    this.#seen = reading.leds;
    this.#commandedAtMs = reading.commandedAtMs;
    // What a run before left lit by itself is owed to whoever set them before.
    this.isOwed = hand !== null;
    this.see(reading);
  }

  /** Notes what a reading says about its lights, and about whether writing to them may be ventured. */
  see(reading: PowerReading): void {
    this.#seeLeds(reading.leds);
    const { commanded, commandedAtMs, known, evidence } = reading;
    if (evidence.kind === 'outlet-gone') {
      this.#wasGone = true;
      this.isVentured = false;
    }
    const isNewCommand = commandedAtMs !== this.#commandedAtMs;
    this.#commandedAtMs = commandedAtMs;
    if (isNewCommand || (known !== 'unknown' && known === commanded)) {
      this.#isProved = true;
      this.#wasGone = evidence.kind === 'outlet-gone';
    }
  }

  /**
   * Whether lights may be written. A cable's byte carries power too: after a replug the relay may have fallen off, and
   * a light would switch the board on. `asked`: somebody wants it now; by itself nothing is written before power was
   * commanded or proved, so that a start of Labdeck sends nothing.
   */
  mayWrite({ outlet, commanded }: PowerReading, asked: boolean): boolean {
    if (!outlet || outlet.leds === 0) return false;
    if (outlet.readable) return true;
    return commanded !== null && !this.#wasGone && (asked || this.isVentured || this.#isProved);
  }

  frame(lit: boolean): Leds {
    return frameOf(this.pattern, lit, this.hand);
  }

  /** These lights are on their way. */
  sending(leds: Leds): void {
    this.#sent = leds;
  }

  /** They arrived, or did not; others may be on their way already. */
  sent(leds: Leds | null): void {
    if (this.#sent === leds) this.#sent = null;
  }

  /** A boot went on; true when it is a new one. */
  noteBoot(consoleName: string, boot: Boot): boolean {
    const before = this.boots.get(consoleName);
    if (before && boot.bootId < before.bootId) return false;
    this.boots.set(consoleName, boot);
    const isNew = before ? boot.bootId > before.bootId : boot.startedAtMs > (this.byRule?.atMs ?? 0);
    if (isNew) this.byRule = null;
    return isNew;
  }

  #seeLeds(leds: Leds): void {
    if (sameLeds(leds, this.#seen)) return;
    const { hand } = this;
    const [seen, sent] = [this.#seen, this.#sent];
    this.#seen = leds;
    // Drivers may set one after the other: then some are as before and some as sent.
    if (sent && leds.every((lit, index) => lit === seen[index] || lit === sent[index])) return;
    this.hand = leds.map((lit, index) => (lit === seen[index] ? hand[index] : lit)) as Leds;
  }
}
