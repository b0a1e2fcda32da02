import type { Clock } from '../base/clock.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import type { ConsoleInfo, ConsoleState } from '../contract/index.ts';
import { fail, LabError } from '../contract/labError.ts';
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

/** The whole line for one purpose, such as a file transfer: nobody else types until it is released. */
export interface LineHold {
  /** Like `ConsoleLine.write`, but leaves no trace of its own: a file is not typing. */
  write(bytes: Uint8Array): Promise<void>;
  readonly onDidReceive: Event<Uint8Array>;
  /** Fires when the line went while it was held. */
  readonly onDidLose: Event<LabError>;
  release(): void;
}

const retryFirstMs = 250;
const retryMostMs = 5_000;
/** Looking for a port that is not there costs next to nothing, and not every one that returns is announced. */
const lookMostMs = 900;
const openTimeoutMs = 5_000;
const writeGraceMs = 2_000;

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
  #heldFor: string | null = null;
  #writes: Promise<unknown> = Promise.resolve();
  /** State, reason or recording changed; not fired for output. */
  readonly onDidChange = this.#changed.event;
  /** The board printed; fires for every chunk, after it was recorded. */
  readonly onDidOutput = this.#output.event;

  constructor(deps: ConsoleLineDeps) {
    this.#deps = deps;
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

  /**
   * Types. Resolves once the kernel has all of it; rejects with LabError, and then nothing of it is kept to be
   * sent later. `who` goes to the recording.
   */
  write(bytes: Uint8Array, who: string): Promise<void> {
    return this.#enqueue(async () => {
      this.checkFree();
      await this.#write(bytes, who);
    });
  }

  /** Throws LabError DEVICE_BUSY while it is held already, or why the line is not open. */
  hold(what: string): LineHold {
    this.checkFree();
    if (!this.#transport || this.#state !== 'open') throw this.#notOpen();
    this.#heldFor = what;
    const received = new Emitter<Uint8Array>();
    const listening = this.#output.event(({ bytes }) => received.fire(bytes));
    let held = true;
    return {
      write: (bytes) =>
        this.#enqueue(async () => {
          if (!held) fail('CONFLICT', 'The line was given back already');
          await this.#write(bytes, null);
        }),
      onDidReceive: received.event,
      onDidLose: this.#lostLine.event,
      release: () => {
        if (!held) return;
        held = false;
        listening.dispose();
        this.#heldFor = null;
      },
    };
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const mine = this.#writes.then(task);
    this.#writes = mine.catch(() => {});
    return mine;
  }

  /** Throws LabError DEVICE_BUSY while somebody has the whole line. */
  checkFree(): void {
    if (this.#heldFor !== null)
      fail('DEVICE_BUSY', `The console is busy: ${this.#heldFor}`, 'Wait for it to end, or cancel it.');
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
      const problem = asLabError(error);
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

  /** `who` null: not noted. */
  async #write(bytes: Uint8Array, who: string | null): Promise<void> {
    const transport = this.#transport;
    if (!transport || this.#state !== 'open') throw this.#notOpen();
    if (who !== null) this.#noteTyped(bytes, who);
    const limitMs = writeGraceMs + (bytes.length * 10 * 1500) / this.#deps.baudRate;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new LabError('TIMEOUT', 'The line takes no more bytes', { hint: 'Check its flow control.' }),
          ),
        limitMs,
      );
    });
    try {
      await Promise.race([transport.write(bytes), deadline]);
    } catch (error) {
      const problem = asLabError(error);
      this.note('mark', { text: `typing failed: ${problem.message}` });
      // What the kernel has not taken must not go out by surprise later: let go of the line and open it anew.
      if (problem.code === 'TIMEOUT') await transport.close();
      throw problem;
    } finally {
      clearTimeout(timer);
    }
  }

  #noteTyped(bytes: Uint8Array, who: string): void {
    // An index record holds 64 KiB; base64 and JSON need a third more than the bytes.
    for (let at = 0; at < bytes.length; at += 32 * 1024)
      this.note('tx', { who, base64: Buffer.from(bytes.subarray(at, at + 32 * 1024)).toString('base64') });
  }

  #notOpen(): LabError {
    const problem = this.#problem;
    if (!problem)
      return new LabError('DEVICE_GONE', 'The console is not open yet', { hint: 'Try again in a moment.' });
    return new LabError(problem.code, problem.message, problem.data);
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

function asLabError(error: unknown): LabError {
  if (error instanceof LabError) return error;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new LabError('TIMEOUT', 'The port did not open in time', {
      hint: 'Unplug it and plug it in again.',
    });
  return new LabError(
    'INTERNAL',
    error instanceof Error ? error.message : String(error),
    {},
    { cause: error },
  );
}

function stateFor(problem: LabError): ConsoleState {
  switch (problem.code) {
    case 'DEVICE_GONE':
      return 'unplugged';
    case 'DEVICE_BUSY':
      return 'busy';
    case 'PERMISSION_DENIED':
      return 'denied';
    default:
      return 'failed';
  }
}
