import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import type { ConsoleInfo, ConsoleState } from '../contract/index.ts';
import { fail, LabError } from '../contract/labError.ts';
import { asLineProblem, stateFor } from './lineProblem.ts';
import { type LineHold, LineWriter } from './lineWriter.ts';
import type { IndexRecord, RecordKind } from './recording/indexCodec.ts';
import type { Recorder } from './recording/recorder.ts';
import type { ConsoleTransport, LineControl } from './transport.ts';
import { Viewer, type ViewerEvent, type ViewerLimits } from './viewer.ts';

export type LineInfo = Omit<ConsoleInfo, 'consoleId' | 'boardId' | 'name' | 'lease' | 'sharing'>;

/** What a console printed: `offset` is where it is in the recording. */
export interface Printed {
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** By the host's clock. */
  readonly atMs: number;
}

const retryFirstMs = 250;
const retryMostMs = 5_000;
/** Looking for a port that is not there costs next to nothing, and not every one that returns is announced. */
const lookMostMs = 900;
const openTimeoutMs = 5_000;

export interface ConsoleLineDeps {
  readonly recorder: Recorder;
  /** Makes a transport for where the line is now; throws LabError DEVICE_GONE while it is nowhere. */
  readonly connect: () => ConsoleTransport;
  /** Once the transport is open, before anybody hears of it: sets DTR and RTS as the user wants them. */
  readonly prepare?: (transport: ConsoleTransport, signal: AbortSignal) => Promise<void>;
  /** Bits per second, to know how long a write may take. */
  readonly baudRate: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One console, kept open: it opens its transport, opens it again when it went, records every byte, feeds the
 * viewers and writes what is typed, one piece after another.
 */
export class ConsoleLine {
  readonly #deps: ConsoleLineDeps;
  readonly #viewers = new Set<Viewer>();
  readonly #changed = new Emitter<void>();
  readonly #output = new Emitter<Printed>();
  readonly #lostLine = new Emitter<LabError>();
  readonly #writer: LineWriter;
  readonly #stop = new AbortController();
  #transport: ConsoleTransport | null = null;
  #state: ConsoleState = 'opening';
  #problem: LabError | null = null;
  #opening: Promise<void> | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #retryMs = retryFirstMs;
  #lastOutputAtMs: number | null = null;
  /** Somebody asked for the line while an attempt that may be hopeless was under way. */
  #openAgain = false;
  /** State, reason or recording changed; not fired for output. */
  readonly onDidChange = this.#changed.event;
  /** The board printed; fires for every chunk, after it was recorded. */
  readonly onDidOutput = this.#output.event;

  constructor(deps: ConsoleLineDeps) {
    this.#deps = deps;
    this.#writer = new LineWriter({
      transport: () => this.#openTransport(),
      onDidOutput: this.onDidOutput,
      onDidLose: this.#lostLine.event,
      note: (kind, payload) => this.note(kind, payload),
      baudRate: deps.baudRate,
    });
    deps.recorder.onDidChangeState(() => {
      this.#changed.fire();
      this.#wakeViewers();
    });
    deps.recorder.onDidRebase(({ fromOffset, bytes }) => {
      for (const viewer of this.#viewers) viewer.rebase(fromOffset, bytes);
    });
  }

  get recorder(): Recorder {
    return this.#deps.recorder;
  }

  get info(): LineInfo {
    const { recorder } = this.#deps;
    return {
      state: this.#state,
      reason: this.#problem?.message ?? null,
      hint: this.#problem?.hint ?? null,
      device: this.#transport?.device ?? null,
      recording: { startOffset: recorder.startOffset, endOffset: recorder.endOffset, ...recorder.state },
      lastOutputAtMs: this.#lastOutputAtMs,
      can: {
        sendBreak: this.#transport?.control?.can.sendBreak ?? false,
        setSignals: this.#transport?.control?.can.setSignals ?? false,
      },
    };
  }

  /** What the open line can do beside bytes; null while it is closed, or where it is bytes alone. */
  get control(): LineControl | null {
    return this.#state === 'open' ? (this.#transport?.control ?? null) : null;
  }

  /** Tries to open now, unless it is open; never rejects: the state tells. */
  open(): Promise<void> {
    if (this.#stop.signal.aborted || this.#state === 'open') return Promise.resolve();
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    this.#retryMs = retryFirstMs;
    if (this.#opening) {
      this.#openAgain = true;
      return this.#opening;
    }
    return this.#startOpening();
  }

  view(fromOffset: number, emit: (event: ViewerEvent) => void, limits?: ViewerLimits): Viewer {
    const gone = (viewer: Viewer) => this.#viewers.delete(viewer);
    const viewer = new Viewer(this.#deps.recorder, fromOffset, emit, gone, limits);
    this.#viewers.add(viewer);
    return viewer;
  }

  /** As LineWriter. */
  write(bytes: Uint8Array, who: string): Promise<void> {
    return this.#writer.write(bytes, who);
  }

  /** As LineWriter. */
  hold(what: string): LineHold {
    return this.#writer.hold(what);
  }

  /** As LineWriter. */
  checkFree(): void {
    this.#writer.checkFree();
  }

  note(kind: Exclude<RecordKind, 'rx'>, payload: IndexRecord['payload']): void {
    this.#deps.recorder.note(kind, payload);
  }

  /** `reason` is what the viewers are told. */
  async close(reason: LabError): Promise<void> {
    this.#stop.abort(reason);
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#lostLine.fire(reason);
    await this.#opening;
    await this.#letGo();
    for (const viewer of [...this.#viewers]) viewer.end(reason);
    await this.#deps.recorder.close();
  }

  #startOpening(): Promise<void> {
    this.#openAgain = false;
    this.#opening = this.#open().finally(() => {
      this.#opening = null;
      // A port that came back during the attempt must not wait for the next one.
      if (this.#openAgain) void this.open();
    });
    return this.#opening;
  }

  async #open(): Promise<void> {
    if (this.#state !== 'opening') this.#become('opening', this.#problem);
    const attempt = new AbortController();
    const late = setTimeout(
      () => attempt.abort(new DOMException('The port did not open in time', 'TimeoutError')),
      openTimeoutMs,
    );
    // Not AbortSignal.any(): the line's own signal would remember every attempt of years.
    const stop = () => attempt.abort(this.#stop.signal.reason);
    this.#stop.signal.addEventListener('abort', stop, { once: true });
    try {
      const transport = this.#deps.connect();
      this.#transport = transport;
      transport.onDidReceive((bytes) => {
        if (this.#transport === transport) this.#receive(bytes);
      });
      transport.onDidClose((problem) => this.#lost(transport, problem));
      await orAborted(
        transport.open(attempt.signal).then(() => this.#deps.prepare?.(transport, attempt.signal)),
        attempt.signal,
      );
      if (this.#transport !== transport) fail('DEVICE_GONE', `${transport.device} went while it was opened`);
      this.#retryMs = retryFirstMs;
      this.note('connect', { device: transport.device });
      this.#become('open', null);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      await this.#letGo();
      const problem = asLineProblem(error);
      this.#become(stateFor(problem), problem);
      this.#retryLater();
    } finally {
      clearTimeout(late);
      this.#stop.signal.removeEventListener('abort', stop);
    }
  }

  /** A line that is open but could not be made ready must not stay open beside the next attempt. */
  async #letGo(): Promise<void> {
    const transport = this.#transport;
    this.#transport = null;
    await transport?.close().catch((error: unknown) => {
      this.#deps.logger.warn('a line could not be closed', { device: transport.device, error });
    });
  }

  #receive(bytes: Uint8Array): void {
    const { clock, recorder } = this.#deps;
    const atMs = clock.nowMs();
    this.#lastOutputAtMs = atMs;
    recorder.append(bytes);
    const offset = recorder.endOffset - bytes.length;
    this.#wakeViewers();
    this.#output.fire({ bytes, offset, atMs });
  }

  #wakeViewers(): void {
    for (const viewer of this.#viewers) viewer.wake();
  }

  #lost(transport: ConsoleTransport, problem: LabError | null): void {
    if (this.#transport !== transport || this.#stop.signal.aborted) return;
    this.#transport = null;
    // While it is still opening, open() itself hears of the failure.
    if (this.#state !== 'open') return;
    this.note('connect', { lost: problem?.message ?? 'closed' });
    this.#lostLine.fire(problem ?? new LabError('DEVICE_GONE', 'The line was closed'));
    this.#become('unplugged', problem);
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    const afterMs = Math.min(this.#retryMs, this.#problem?.code === 'DEVICE_GONE' ? lookMostMs : retryMostMs);
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null;
      void this.#startOpening();
    }, afterMs);
    this.#retryMs = Math.min(retryMostMs, this.#retryMs * 2);
  }

  #openTransport(): ConsoleTransport {
    if (this.#transport && this.#state === 'open') return this.#transport;
    const problem = this.#problem;
    if (!problem) return fail('DEVICE_GONE', 'The console is not open yet', 'Try again in a moment.');
    throw new LabError(problem.code, problem.message, problem.data);
  }

  #become(state: ConsoleState, problem: LabError | null): void {
    if (this.#state === state && this.#problem?.message === problem?.message) return;
    this.#state = state;
    this.#problem = problem;
    this.#changed.fire();
  }
}

/** A far end that never answers must not keep the line from being tried again. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
