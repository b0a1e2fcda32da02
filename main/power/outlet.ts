import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import {
  type BoardId,
  fail,
  LabError,
  type Leds,
  type OutletFacts,
  type PowerReading,
  type PowerVerdict,
  type SwitchState,
} from '../contract/index.ts';
import { type Judgement, judge } from './evidence.ts';
import { OffTime } from './offTime.ts';
import { describeOutlet, type Neighbours, readingOf } from './outletReading.ts';
import { OutletSenses } from './outletSenses.ts';
import type { OwnDeviceLook } from './ownSocket.ts';
import type { OnSend, PowerDriver } from './powerDriver.ts';
import type { PowerFacts } from './powerFacts.ts';
import { Review } from './review.ts';
import { untilGivenUp } from './untilGivenUp.ts';

export interface OutletDeps extends Neighbours {
  readonly boardId: BoardId;
  readonly driver: PowerDriver;
  readonly clock: Clock;
  /** The outlet's node now, null while it is unplugged; absent where the outlet has no port. */
  readonly node?: () => string | null;
  /** Is a device in the socket it switches? Null where nothing can tell; absent where it switches no socket. */
  readonly device?: () => boolean | null;
  /** The board's own device in a socket that it does not switch; null or absent where there is none to watch. */
  readonly ownDevice?: () => OwnDeviceLook | null;
  /** Is a console of the board connected, so that its silence means anything? */
  readonly audible: (boardId: BoardId) => boolean;
  /** Of its last power-truth test. */
  readonly verdict?: () => PowerVerdict | null;
  /** Called when what `reading` answers changed. */
  readonly onChange: (reading: PowerReading) => void;
}

/** One board's outlet: sends commands through its driver and judges what is known about it. */
export class Outlet implements Disposable {
  readonly driver: PowerDriver;
  readonly #deps: OutletDeps;
  readonly #senses: OutletSenses;
  readonly #held = new DisposableStore();
  readonly #stop = new AbortController();
  readonly #review: Review;
  readonly #offTime: OffTime;
  #boardId: BoardId;
  #busy = 0;
  /** What a command on its way switches to: till it is through the driver names the one before. */
  #switching: SwitchState | null = null;
  #commandedBy: string | null = null;
  #judgement: Judgement;
  #facts: OutletFacts;
  #last: PowerReading;

  constructor(deps: OutletDeps) {
    this.#deps = deps;
    this.driver = deps.driver;
    this.#boardId = deps.boardId;
    this.#senses = new OutletSenses(deps, this.#stop.signal);
    this.#review = new Review(deps.clock, () => this.#update());
    this.#judgement = this.#judge();
    this.#facts = describeOutlet(this.driver, this.#deps);
    this.#last = this.#compose();
    this.#offTime = new OffTime(deps.clock, this.#last);
    if (this.driver.onDidChange) this.#held.add(this.driver.onDidChange(() => void this.refresh()));
  }

  get reading(): PowerReading {
    return this.#last;
  }

  /** How long the board has been off, in milliseconds; null while it is not, as far as anybody knows. */
  get offForMs(): number | null {
    return this.#offTime.forMs;
  }

  /** Aborts, with a LabError, once the board lost this outlet. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Its port's node; null while it is unplugged or where it has none. */
  get node(): string | null {
    return this.#senses.node;
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

  /** What it senses now. */
  get senses(): PowerFacts {
    return this.#senses.facts(this.#deps.audible(this.#boardId), this.#deps.verdict?.() ?? null);
  }

  /** Who gave the last command; for one from before a restart, who did then. */
  credit(by: string | null): void {
    this.#commandedBy = by;
    this.#update();
  }

  /** Rejects with LabError; what is known then is as before, or honest about the doubt. */
  set(state: SwitchState, signal: AbortSignal, onSend: OnSend): Promise<void> {
    return this.#command(state, signal, onSend, (send) => this.driver.set(state, signal, send));
  }

  /** Off, `offMs` milliseconds, on, by the backend itself. Only where the driver can. Rejects like `set`. */
  cycle(offMs: number, signal: AbortSignal, onSend: OnSend): Promise<void> {
    const work = async (send: OnSend) => this.driver.cycle?.(offMs, signal, send);
    return this.#command('on', signal, onSend, work, offMs);
  }

  /** Rejects with LabError, with CONFLICT where it is not known which power an LED command would carry. */
  async setLeds(leds: Leds, signal: AbortSignal, onSend: OnSend): Promise<void> {
    this.#refuseAfterReplug();
    if (this.driver.setLeds) {
      await this.#light(this.driver.setLeds(leds, signal, onSend), signal);
      return;
    }
    for (const [index, lit] of leds.entries())
      if (lit !== this.driver.commanded.leds[index]) await this.setLed(index + 1, lit, signal, onSend);
  }

  /** Rejects as `setLeds`. */
  async setLed(led: number, on: boolean, signal: AbortSignal, onSend: OnSend): Promise<void> {
    this.#refuseAfterReplug();
    await this.#light(this.driver.setLed(led, on, signal, onSend), signal);
  }

  /** Cheap: called for each chunk a console prints. */
  noteOutput(atMs: number): void {
    const isNews = this.#senses.noteOutput(atMs, this.#switching);
    // Only the first output is news, and the one that breaks a silence.
    if (isNews || this.#judgement.evidence.kind === 'console-silent') this.#update();
  }

  /** A console of the board printed the first lines of a boot. */
  noteBoot(atMs: number, text: string): void {
    if (this.#senses.noteBoot(atMs, text, this.#switching)) this.#update();
  }

  /** Call when ports came or went. */
  lookAtPort(): void {
    this.#senses.lookAtPort();
    this.#update();
  }

  /** Call when sockets, boards or verdicts changed: its label, what it cuts and what its socket holds are looked up again. */
  lookAround(): void {
    this.#senses.lookAtDevices();
    this.#facts = describeOutlet(this.driver, this.#deps);
    this.#update();
  }

  /** Asks the outlet where it can be asked, and judges anew; true when it answered. Never rejects. */
  async refresh(): Promise<boolean> {
    const answered = await this.#senses.ask();
    // It may have said that it has no meter.
    if (this.#facts.metered !== this.driver.can.meter) this.#facts = describeOutlet(this.driver, this.#deps);
    this.#update();
    return answered;
  }

  dispose(): void {
    this.#stop.abort(
      new LabError('NOT_FOUND', `${this.#boardId} lost this outlet while the command waited`, {
        hint: 'Look at its bindings.',
      }),
    );
    this.#review.dispose();
    this.#held.dispose();
    this.driver.dispose?.();
  }

  async #command(
    state: SwitchState,
    signal: AbortSignal,
    onSend: OnSend,
    work: (onSend: OnSend) => Promise<void>,
    offMs: number | null = null,
  ): Promise<void> {
    this.lookAtPort();
    const { commanded, doubt } = this.driver;
    // Commanding what it holds already moves nothing, so what was proved stays proved.
    const moves =
      offMs !== null ||
      commanded.state !== state ||
      doubt !== null ||
      this.#senses.isReplugged ||
      this.#saysOtherThan(state);
    let announced = false;
    try {
      const commanding = work((detail) => {
        // A driver that says so twice sent one command all the same.
        if (announced) return;
        announced = true;
        // From here on output may be the new state's, long before the driver is done.
        this.#switching = state;
        if (moves) this.#senses.listenAnew('switch', this.#judgement.known === 'on', offMs ?? 0);
        onSend(detail);
      });
      await this.#untilGivenUp(commanding, signal);
    } finally {
      this.#switching = null;
      this.#senses.noteEnd();
      await this.refresh();
    }
  }

  /** What was unplugged may have come back dark: an LED command with the power bit of before could switch the board on. */
  #refuseAfterReplug(): void {
    this.lookAtPort();
    const { commanded, can } = this.driver;
    if (!this.#senses.isReplugged || can.readBack || this.#judgement.known === commanded.state) return;
    fail(
      'CONFLICT',
      'The power cable was unplugged meanwhile: the byte for an LED carries power too, and nobody knows what it holds',
      'Switch power on or off once; then the LEDs can be set.',
    );
  }

  async #light(lighting: Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await this.#untilGivenUp(lighting, signal);
    } finally {
      this.#update();
    }
  }

  /** A driver that heeds no signal is not waited for; what became of its command is looked up when it ends. */
  #untilGivenUp(commanding: Promise<void>, signal: AbortSignal): Promise<void> {
    return untilGivenUp(commanding, signal, () => void this.refresh());
  }

  #saysOtherThan(state: SwitchState): boolean {
    const { readBack } = this.#senses;
    return readBack !== null && readBack.state !== 'unknown' && readBack.state !== state;
  }

  #judge(): Judgement {
    return judge(this.senses, this.#deps.clock.nowMs());
  }

  #compose(): PowerReading {
    return readingOf(this.driver, this.#judgement, {
      boardId: this.#boardId,
      outlet: this.#facts,
      commandedBy: this.#commandedBy,
      verdict: this.#deps.verdict?.() ?? null,
      meter: this.#senses.meter,
      busy: this.#busy > 0,
    });
  }

  #update(): void {
    if (this.#stop.signal.aborted) return;
    // While a switch is under way the driver still names the old command: output must not be held against it.
    if (this.#switching === null) this.#judgement = this.#judge();
    this.#review.at(this.#judgement.reviewAtMs);
    const reading = this.#compose();
    if (isDeepStrictEqual(reading, this.#last)) return;
    this.#last = reading;
    this.#offTime.note(reading);
    this.#deps.onChange(reading);
  }
}
