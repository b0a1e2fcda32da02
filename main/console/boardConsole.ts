import { systemClock } from '../base/clock.ts';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import type {
  BootComparison,
  Client,
  ConsoleInfo,
  ConsoleSnapshot,
  ExpectRule,
  ExportRequest,
  RecordingTimes,
  RuleStatus,
  Sharing,
  SharingState,
} from '../contract/index.ts';
import { fail, type LabError } from '../contract/labError.ts';
import type { BoardConsoleOptions } from './boardConsoleOptions.ts';
import { type BootTracker, compareBoots, pairToCompare } from './boots/index.ts';
import { ConsoleLine } from './consoleLine.ts';
import { ConsoleOutput } from './consoleOutput.ts';
import { exportRecording } from './export/exportRecording.ts';
import { ConsoleLease } from './leases/consoleLease.ts';
import { type GuardedControl, guardedControl } from './leases/guardedControl.ts';
import type { Caller, LeaseHold } from './leases/leaseTable.ts';
import type { LineHold } from './lineWriter.ts';
import { Recorder } from './recording/recorder.ts';
import { recordingTimes } from './recording/recordingTimes.ts';
import { ConsoleSharing } from './sharing/consoleSharing.ts';
import { readSnapshot } from './snapshot.ts';
import type { LineControl } from './transport.ts';
import type { Viewer, ViewerEvent, ViewerLimits } from './viewer.ts';

/** One console and all that stands around its line: recording, boots, rules, lease, doors. */
export class BoardConsole {
  readonly line: ConsoleLine;
  readonly #options: BoardConsoleOptions;
  readonly #output: ConsoleOutput;
  readonly #lease: ConsoleLease;
  readonly #sharing: ConsoleSharing;
  readonly #held = new DisposableStore();
  readonly #changed = new Emitter<void>();
  /** Its line, its lease or its doors changed; not fired for output. */
  readonly onDidChange = this.#changed.event;

  private constructor(options: BoardConsoleOptions, recorder: Recorder) {
    this.#options = options;
    const { connect, prepare, parameters, clock, logger, consoleId, socketPath } = options;
    const lease = new ConsoleLease(options);
    this.#lease = lease;
    this.line = new ConsoleLine({
      recorder,
      connect,
      prepare,
      baudRate: parameters.baudRate,
      clock,
      logger,
    });
    this.#output = new ConsoleOutput({
      line: this.line,
      folder: options.folder,
      stages: options.stages,
      rules: options.rules,
      actions: {
        send: (bytes, rule) => this.#typeForRule(bytes, rule.name),
        mark: (text) => this.mark(text),
        notify: options.notify,
        powerOff: options.powerOff,
        powerStaysOn: ({ name }, why) => options.powerStaysOn(name, why),
        showState: options.showState,
      },
      typing: options.typing,
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
          return lease.writer;
        },
      },
      monotonicMs: systemClock.monotonicMs,
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

  get boots(): BootTracker {
    return this.#output.boots;
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
    return this.#output.wantsBrackets;
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
    this.#output.typed();
    await this.line.write(bytes, caller.who);
  }

  /** Throws LabError POWERED_OFF or LEASED; otherwise `caller` may type. */
  claim(caller: Caller): void {
    this.#lease.claim(caller);
  }

  /** Claims it for as long as a piece of work takes, as ConsoleLease's `keep`. Throws LabError POWERED_OFF, LEASED. */
  keepLease(caller: Caller): LeaseHold {
    return this.#lease.keep(caller);
  }

  /** Before a rule acts. Throws LabError LEASED while somebody holds the console by name. */
  yieldToHolder(): void {
    this.#lease.yieldToHolder();
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
    if (kind === 'power') this.#output.power(payload.state === 'on');
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
    const compared = await compareBoots(this.recorder, pairToCompare(this.boots, left, right), signal);
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
    this.#output.setRules(rules);
  }

  get ruleStatus(): RuleStatus[] {
    return this.#output.ruleStatus;
  }

  /** Never rejects. `reason` is what its viewers are told; its lease stays, for a line made anew has it. */
  async close(reason: LabError): Promise<void> {
    this.#held.dispose();
    this.#output.dispose();
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
    const { leases } = this.#options;
    this.#held.add(this.line.onDidChange(() => this.#changed.fire()));
    this.#held.add(this.#sharing.onDidChange(() => this.#changed.fire()));
    this.#held.add(this.#sharing.onDidLeave((clientId) => leases.leave(clientId)));
  }

  async #typeForRule(bytes: Uint8Array, rule: string): Promise<void> {
    this.yieldToHolder();
    await this.line.write(bytes, `rule ${rule}`);
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

function connected({ clientId, who }: Client): Caller {
  return { clientId, who, connected: true };
}
