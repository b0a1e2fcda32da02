import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import type {
  BoardId,
  BootComparison,
  Client,
  ConsoleId,
  ConsoleInfo,
  ConsoleSnapshot,
  ExpectRule,
  ExportRequest,
  LedState,
  RecordingTimes,
  RuleStatus,
  Sharing,
  SharingState,
  TypingStyle,
} from '../contract/index.ts';
import { fail, type LabError } from '../contract/labError.ts';
import { BootTracker, compareBoots, type StageTable } from './boots/index.ts';
import { ConsoleLine, type LineHold, type Printed } from './consoleLine.ts';
import { exportRecording } from './export/exportRecording.ts';
import { type GuardedControl, guardedControl } from './leases/guardedControl.ts';
import type { Caller, LeaseHold, LeaseTable } from './leases/leaseTable.ts';
import { Recorder } from './recording/recorder.ts';
import { recordingTimes } from './recording/recordingTimes.ts';
import { RuleEngine } from './rules/index.ts';
import { OutputWatch } from './scan/outputWatch.ts';
import { WatchQueue } from './scan/watchQueue.ts';
import { ConsoleSharing } from './sharing/consoleSharing.ts';
import { readSnapshot } from './snapshot.ts';
import type { ConsoleTransport, LineControl, LineParameters } from './transport.ts';
import { BracketedPasteMode } from './typing/bracketedPaste.ts';
import { enterOf } from './typing/lineEndings.ts';
import type { Viewer, ViewerEvent, ViewerLimits } from './viewer.ts';

export interface BoardConsoleOptions {
  readonly consoleId: ConsoleId;
  readonly boardId: BoardId;
  readonly name: string;
  /** What the line is made from: anything else means a new one. */
  readonly recipe: string;
  /** Of its recording. */
  readonly folder: string;
  /** Where its unix socket is, when it is shared on one. */
  readonly socketPath: string;
  readonly parameters: LineParameters;
  readonly connect: () => ConsoleTransport;
  readonly prepare: (transport: ConsoleTransport, signal: AbortSignal) => Promise<void>;
  /** One for all consoles: its compiled patterns weigh more than a console does. */
  readonly stages: StageTable;
  readonly rules: readonly ExpectRule[];
  readonly typing: () => TypingStyle;
  readonly sharing: Sharing | null;
  readonly leases: LeaseTable;
  /** Commanded off, and nothing proves it on: then nobody is there to read what is typed. */
  readonly isOff: () => boolean;
  /** A rule wants the board off. Rejects with LabError LEASED while somebody holds one of its consoles by name. */
  readonly powerOff: () => Promise<void>;
  readonly notify: (text: string) => void;
  /** A rule says it with the board's LEDs. */
  readonly showState: (state: LedState) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A rule is waited for; boots are not. In milliseconds. */
const rulePaceMs = 15;
const bootPaceMs = 40;

/** How many boots back a good one is looked for. */
const lookBack = 1_000;

/** One console and all that stands around its line: recording, boots, rules, lease, doors. */
export class BoardConsole {
  readonly line: ConsoleLine;
  readonly boots: BootTracker;
  readonly #options: BoardConsoleOptions;
  readonly #sharing: ConsoleSharing;
  readonly #rules: RuleEngine;
  readonly #watch: OutputWatch;
  readonly #brackets = new BracketedPasteMode();
  readonly #queue: WatchQueue;
  readonly #held = new DisposableStore();
  readonly #changed = new Emitter<void>();
  /** Its line, its lease or its doors changed; not fired for output. */
  readonly onDidChange = this.#changed.event;

  private constructor(options: BoardConsoleOptions, recorder: Recorder) {
    this.#options = options;
    const { connect, prepare, parameters, clock, logger, consoleId, socketPath, leases } = options;
    this.line = new ConsoleLine({
      recorder,
      connect,
      prepare,
      baudRate: parameters.baudRate,
      clock,
      logger,
    });
    this.boots = new BootTracker({
      recording: recorder,
      path: join(options.folder, 'boots.jsonl'),
      table: options.stages,
      clock,
      monotonicMs,
      logger,
    });
    this.#rules = new RuleEngine({
      actions: {
        send: (bytes, rule) => this.#typeForRule(bytes, rule.name),
        mark: (text) => this.mark(text),
        notify: options.notify,
        powerOff: options.powerOff,
        showState: options.showState,
      },
      enter: () => enterOf(options.typing()),
      clock,
      monotonicMs,
      logger,
    });
    this.#rules.setRules(options.rules);
    const watch = new OutputWatch({ boots: this.boots, rules: this.#rules, monotonicMs });
    this.#watch = watch;
    this.#queue = new WatchQueue({
      recording: recorder,
      look: (bytes, offset, atMs) => watch.printed(bytes, offset, atMs, clock.nowMs() - atMs),
      paceMs: () => (this.#rules.isIdle ? bootPaceMs : rulePaceMs),
      clock,
      logger,
    });
    this.#sharing = new ConsoleSharing({
      consoleId,
      socketPath,
      console: {
        view: (fromOffset, emit, limits) => this.view(fromOffset, emit, limits),
        write: (bytes, client) => this.input(bytes, connected(client)),
        control: (client) => this.#controlOf(connected(client)),
        get parameters() {
          return parameters;
        },
        get writer() {
          const lease = leases.read(consoleId);
          return lease && !lease.idle ? lease.holder.who : null;
        },
      },
      monotonicMs,
      logger,
    });
    this.#listen();
  }

  /** Rejects with nothing: a disk that refuses gives a console that is not recorded, and says so. */
  static async open(options: BoardConsoleOptions): Promise<BoardConsole> {
    const { folder, clock, logger } = options;
    return new BoardConsole(options, await Recorder.open(folder, clock, logger));
  }

  get options(): BoardConsoleOptions {
    return this.#options;
  }

  get recorder(): Recorder {
    return this.line.recorder;
  }

  get info(): ConsoleInfo {
    const { consoleId, boardId, name, leases } = this.#options;
    const info = this.line.info;
    const off = info.state === 'open' && this.#options.isOff();
    return {
      consoleId,
      boardId,
      name,
      ...info,
      ...(off ? { state: 'off' as const, reason: 'The board is off', hint: 'Switch its power on.' } : {}),
      lease: leases.read(consoleId),
      sharing: this.#sharing.state,
    };
  }

  /** The board wants pastes in brackets. */
  get wantsBrackets(): boolean {
    return this.#brackets.wanted;
  }

  /** Opens the line and the doors it had before; what fails shows in `info`. */
  start(): void {
    // Not awaited: a long past must not keep the line closed; what it prints meanwhile is read afterwards.
    void this.boots.start();
    void this.line.open();
    const { sharing } = this.#options;
    if (sharing) this.#sharing.apply(sharing).catch(() => {});
  }

  /** Types. Rejects with LabError POWERED_OFF, LEASED, or why the line is not open; nothing is sent later. */
  async input(bytes: Uint8Array, caller: Caller): Promise<void> {
    this.claim(caller);
    const atMs = this.#options.clock.nowMs();
    this.#queue.when(this.recorder.endOffset, () => this.#watch.typed(atMs));
    await this.line.write(bytes, caller.who);
  }

  /** Throws LabError POWERED_OFF or LEASED; otherwise `caller` may type. */
  claim(caller: Caller): void {
    const { boardId, consoleId, leases } = this.#options;
    if (this.#options.isOff()) fail('POWERED_OFF', `${boardId} is off`, 'Switch its power on first.');
    leases.use(consoleId, caller);
  }

  /** The line's control as `caller` may use it. Throws LabError UNSUPPORTED where the line is bytes alone. */
  control(caller: Caller): LineControl {
    return (
      this.#controlOf(caller) ??
      fail(
        'UNSUPPORTED',
        `${this.#options.consoleId} has no control lines now`,
        'Breaks and signals need an open serial port or an RFC 2217 line.',
      )
    );
  }

  /** The whole line and its lease, for one purpose. Throws LabError POWERED_OFF, LEASED, DEVICE_BUSY, DEVICE_GONE. */
  hold(caller: Caller, what: string): LineHold & Pick<LeaseHold, 'lost'> {
    const lease = this.keepLease(caller);
    try {
      const line = this.line.hold(what);
      const release = () => {
        line.release();
        lease.dispose();
      };
      return { ...line, release, lost: lease.lost };
    } catch (error) {
      lease.dispose();
      throw error;
    }
  }

  /**
   * Claims the console for as long as a piece of work takes: the lease stays awake, and `lost` aborts when it is
   * released, taken over or its client leaves. Throws LabError POWERED_OFF, LEASED.
   */
  keepLease(caller: Caller): LeaseHold {
    this.claim(caller);
    return this.#options.leases.hold(this.#options.consoleId, caller);
  }

  view(fromOffset: number, emit: (event: ViewerEvent) => void, limits?: ViewerLimits): Viewer {
    return this.line.view(fromOffset, emit, limits);
  }

  /** The last bytes, begun at a line's start where there is one. */
  snapshot(maxBytes: number): Promise<ConsoleSnapshot> {
    return readSnapshot(this.#options.consoleId, this.recorder, maxBytes);
  }

  /** Rejects with LabError BAD_REQUEST for a range that ends before it begins. */
  times(from: number, to: number, signal?: AbortSignal): Promise<RecordingTimes> {
    return recordingTimes(this.recorder, from, to, signal);
  }

  /** A part of the recording in the form asked for, in pieces. */
  export(request: ExportRequest, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return exportRecording(this.recorder, request, signal);
  }

  /** Answers where it is. */
  mark(text: string, who?: string): number {
    this.line.note('mark', { text, ...(who === undefined ? {} : { who }) });
    return this.recorder.endOffset;
  }

  /** A command for the board's power or LEDs is about to leave. */
  noteCommand(kind: 'power' | 'led', payload: Record<string, unknown>): void {
    this.line.note(kind, payload);
    if (kind !== 'power') return;
    const { endOffset } = this.recorder;
    const atMs = this.#options.clock.nowMs();
    this.#queue.when(endOffset, () => this.#watch.power(payload.state === 'on', endOffset, atMs));
  }

  /**
   * What one boot printed differently from another: by default the newest from the last good one before it. Rejects
   * with LabError NOT_FOUND.
   */
  async compareBoots(
    left: number | undefined,
    right: number | undefined,
    signal: AbortSignal = never,
  ): Promise<BootComparison> {
    const newer = right === undefined ? this.boots.list(1)[0] : this.boots.get(right);
    if (!newer) return fail('NOT_FOUND', 'There is no boot yet', 'Switch the board on.');
    const older =
      left === undefined
        ? this.boots.list(lookBack, newer.bootId).find(({ outcome }) => outcome === 'good')
        : this.boots.get(left);
    if (!older)
      return fail('NOT_FOUND', `There is no good boot before boot ${newer.bootId}`, 'Choose the two boots.');
    const compared = await compareBoots(this.recorder, { left: older, right: newer }, signal);
    return { consoleId: this.#options.consoleId, ...compared };
  }

  /** Rejects with LabError CONFLICT, PERMISSION_DENIED. */
  share(sharing: Sharing): Promise<SharingState> {
    return this.#sharing.apply(sharing);
  }

  /** Says a line to those on telnet. */
  tell(text: string): void {
    this.#sharing.tell(text);
  }

  setRules(rules: readonly ExpectRule[]): void {
    this.#rules.setRules(rules);
  }

  get ruleStatus(): RuleStatus[] {
    return this.#rules.status();
  }

  /** Never rejects. `reason` is what its viewers are told; its lease stays, for a line made anew has it. */
  async close(reason: LabError): Promise<void> {
    this.#held.dispose();
    this.#queue.dispose();
    this.#rules.close();
    this.#watch.dispose();
    // One after another, and each whatever became of the one before: the recording must be whole in any case.
    for (const close of [
      () => this.#sharing.close(),
      () => this.line.close(reason),
      () => this.boots.close(),
    ])
      await close().catch((error: unknown) =>
        this.#options.logger.error('a console was not closed cleanly', { error }),
      );
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
    const { leases } = this.#options;
    this.#held.add(this.line.onDidChange(() => this.#changed.fire()));
    this.#held.add(this.line.onDidOutput((printed) => this.#onOutput(printed)));
    this.#held.add(this.#sharing.onDidChange(() => this.#changed.fire()));
    this.#held.add(this.#sharing.onDidLeave((clientId) => leases.leave(clientId)));
    this.#held.add(
      this.recorder.onDidRebase(({ fromOffset, bytes }) => {
        this.#queue.rebase(fromOffset, bytes);
        this.boots.rebase(fromOffset, bytes);
      }),
    );
  }

  #onOutput(printed: Printed): void {
    this.#brackets.push(printed.bytes);
    this.#queue.push(printed);
  }

  async #typeForRule(bytes: Uint8Array, rule: string): Promise<void> {
    this.yieldToHolder();
    await this.line.write(bytes, `rule ${rule}`);
  }

  /**
   * Before a rule acts. Throws LabError LEASED while somebody holds the console by name: whoever does drives the board
   * alone, and a key it did not send would spoil its work.
   */
  yieldToHolder(): void {
    const { leases, consoleId } = this.#options;
    const lease = leases.read(consoleId);
    if (lease?.kind === 'taken')
      fail('LEASED', `held back: ${lease.holder.who} has this console`, 'It acts again once it is released.');
  }

  #controlOf(caller: Caller): GuardedControl | null {
    const { control } = this.line;
    if (!control) return null;
    return guardedControl(control, () => {
      this.line.checkFree();
      this.claim(caller);
    });
  }
}

const never = new AbortController().signal;

function monotonicMs(): number {
  return performance.now();
}

function connected({ clientId, who }: Client): Caller {
  return { clientId, who, connected: true };
}
