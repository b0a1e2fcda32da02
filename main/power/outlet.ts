import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import {
  type BoardId,
  LabError,
  type PowerReading,
  type PowerState,
  type SwitchState,
} from '../contract/index.ts';
import { type CableFacts, countsFrom, type Judgement, judge } from './evidence.ts';
import type { OnSend, PowerDriver } from './powerDriver.ts';

export interface OutletDeps {
  readonly boardId: BoardId;
  readonly driver: PowerDriver;
  readonly clock: Clock;
  /** The outlet's node now, null while it is unplugged; absent where the outlet has no port. */
  readonly node?: () => string | null;
  /** Is a console of the board connected, so that its silence means anything? */
  readonly audible: (boardId: BoardId) => boolean;
  /** Called when what `reading` answers changed. */
  readonly onChange: (reading: PowerReading) => void;
}

/** One board's outlet: sends commands through its driver and judges what is known about it. */
export class Outlet implements Disposable {
  readonly #deps: OutletDeps;
  readonly #driver: PowerDriver;
  readonly #clock: Clock;
  readonly #held = new DisposableStore();
  readonly #stop = new AbortController();
  #boardId: BoardId;
  #busy = 0;
  #readBack: { state: PowerState; atMs: number };
  #node: string | null;
  #goneAtMs: number | null = null;
  #since: CableFacts['since'];
  #expected: SwitchState | null;
  #firstOutputAtMs: number | null = null;
  #lastOutputAtMs: number | null = null;
  #judgement: Judgement;
  #last: PowerReading;
  #review: AbortController | null = null;
  #reviewAtMs: number | null = null;

  constructor(deps: OutletDeps) {
    this.#deps = deps;
    this.#driver = deps.driver;
    this.#clock = deps.clock;
    this.#boardId = deps.boardId;
    const nowMs = this.#clock.nowMs();
    this.#readBack = { state: 'unknown', atMs: nowMs };
    this.#since = { atMs: nowMs, why: 'start' };
    this.#expected = this.#driver.commanded.state;
    this.#node = deps.node?.() ?? null;
    if (deps.node && this.#node === null) this.#goneAtMs = nowMs;
    this.#judgement = this.#judge();
    this.#last = this.#compose();
    if (this.#driver.onDidChange) this.#held.add(this.#driver.onDidChange(() => void this.refresh()));
  }

  get reading(): PowerReading {
    return this.#last;
  }

  /** Aborts, with a LabError, once the board lost this outlet. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Its port's node; null while it is unplugged or where it has none. */
  get node(): string | null {
    return this.#node;
  }

  rename(boardId: BoardId): void {
    this.#boardId = boardId;
    this.#update();
  }

  /** Shows `busy` until the returned is disposed of. */
  hold(): Disposable {
    this.#busy += 1;
    this.#update();
    return toDisposable(() => {
      this.#busy -= 1;
      this.#update();
    });
  }

  /** Rejects with LabError; what is known then is as before, or honest about the doubt. */
  async set(state: SwitchState, signal: AbortSignal, onSend: OnSend): Promise<void> {
    this.lookAtPort();
    const { commanded, doubt } = this.#driver;
    // Commanding what it holds already moves nothing, so what was proved stays proved.
    const moves = commanded.state !== state || doubt !== null || this.#since.why === 'replug';
    try {
      await this.#driver.set(state, signal, (detail) => {
        // From here on output may be the new state's, long before the driver is done.
        if (moves) this.#listenAnew('switch', state);
        onSend(detail);
      });
    } finally {
      await this.refresh();
    }
  }

  /** Rejects with LabError. */
  async setLed(led: number, on: boolean, signal: AbortSignal, onSend: OnSend): Promise<void> {
    this.lookAtPort();
    try {
      await this.#driver.setLed(led, on, signal, onSend);
    } finally {
      await this.refresh();
    }
  }

  /** Cheap: called for each chunk a console prints. */
  noteOutput(atMs: number): void {
    if (this.#driver.can.readBack || atMs < countsFrom(this.#expected, this.#since.atMs)) return;
    this.#lastOutputAtMs = atMs;
    // Only the first output is news, and the one that breaks a silence.
    if (this.#firstOutputAtMs !== null && this.#judgement.evidence.kind !== 'console-silent') return;
    this.#firstOutputAtMs ??= atMs;
    this.#update();
  }

  /** Call when ports came or went. */
  lookAtPort(): void {
    if (!this.#deps.node) return;
    const node = this.#deps.node();
    if (node !== this.#node) {
      this.#node = node;
      if (node === null) this.#goneAtMs = this.#clock.nowMs();
      else {
        // It lost its supply, so nobody knows what it holds; what was commanded stays what was commanded.
        this.#goneAtMs = null;
        this.#listenAnew('replug', this.#driver.commanded.state);
      }
    }
    this.#update();
  }

  /** Asks the outlet where it can be asked, and judges anew. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#driver.can.readBack) {
      const state = await this.#driver.read(this.#stop.signal).catch((): PowerState => 'unknown');
      if (state !== this.#readBack.state) this.#readBack = { state, atMs: this.#clock.nowMs() };
    }
    this.#expected = this.#driver.commanded.state;
    this.#update();
  }

  dispose(): void {
    this.#stop.abort(
      new LabError('NOT_FOUND', `${this.#boardId} lost this outlet while the command waited`, {
        hint: 'Look at its bindings.',
      }),
    );
    this.#review?.abort();
    this.#held.dispose();
  }

  #listenAnew(why: CableFacts['since']['why'], expected: SwitchState | null): void {
    this.#since = { atMs: this.#clock.nowMs(), why };
    this.#expected = expected;
    this.#firstOutputAtMs = null;
    this.#lastOutputAtMs = null;
  }

  #judge(): Judgement {
    const { commanded, doubt, can } = this.#driver;
    if (can.readBack) {
      const { state, atMs } = this.#readBack;
      const text = state === 'unknown' ? 'the outlet did not answer' : `the outlet says it is ${state}`;
      const kind = state === 'unknown' ? 'none' : 'read-back';
      return { state, evidence: { kind, text, atMs }, reviewAtMs: null };
    }
    return judge(
      {
        commanded: commanded.state,
        doubt,
        since: this.#since,
        goneAtMs: this.#goneAtMs,
        audible: this.#deps.audible(this.#boardId),
        firstOutputAtMs: this.#firstOutputAtMs,
        lastOutputAtMs: this.#lastOutputAtMs,
      },
      this.#clock.nowMs(),
    );
  }

  #compose(): PowerReading {
    const { state, atMs, leds } = this.#driver.commanded;
    return {
      boardId: this.#boardId,
      switchable: true,
      commanded: state,
      commandedAtMs: atMs,
      state: this.#judgement.state,
      evidence: this.#judgement.evidence,
      busy: this.#busy > 0,
      leds: [...leds],
    };
  }

  #update(): void {
    if (this.#stop.signal.aborted) return;
    // While a switch is under way the driver still names the old command: output must not be held against it.
    if (this.#expected === this.#driver.commanded.state) this.#judgement = this.#judge();
    this.#scheduleReview();
    const reading = this.#compose();
    if (isDeepStrictEqual(reading, this.#last)) return;
    this.#last = reading;
    this.#deps.onChange(reading);
  }

  #scheduleReview(): void {
    const atMs = this.#judgement.reviewAtMs;
    if (atMs === this.#reviewAtMs) return;
    this.#review?.abort();
    this.#review = null;
    this.#reviewAtMs = atMs;
    if (atMs === null) return;
    const review = new AbortController();
    this.#review = review;
    this.#clock.sleep(Math.max(1, atMs - this.#clock.nowMs()), review.signal).then(
      () => {
        this.#reviewAtMs = null;
        this.#update();
      },
      () => {},
    );
  }
}
