import { Emitter, type Event } from '../base/emitter.ts';
import { fail, LabError } from '../contract/labError.ts';
import { asLineProblem } from './lineProblem.ts';
import type { Recorder } from './recording/recorder.ts';
import type { ConsoleTransport } from './transport.ts';

/** The whole line for one purpose, such as a file transfer: nobody else types until it is released. */
export interface LineHold {
  /** Like `LineWriter.write`, but leaves no trace of its own: a file is not typing. */
  write(bytes: Uint8Array): Promise<void>;
  readonly onDidReceive: Event<Uint8Array>;
  /** Fires when the line went while it was held. */
  readonly onDidLose: Event<LabError>;
  release(): void;
}

export interface LineWriterOptions {
  /** The one that is open; throws LabError, why there is none. */
  readonly transport: () => ConsoleTransport;
  readonly onDidOutput: Event<{ readonly bytes: Uint8Array }>;
  readonly onDidLose: Event<LabError>;
  readonly note: Recorder['note'];
  /** Bits per second, to know how long a write may take. */
  readonly baudRate: number;
}

const writeGraceMs = 2_000;

/** What goes out on one line: one piece after another, and to nobody else while somebody holds the whole line. */
export class LineWriter {
  readonly #options: LineWriterOptions;
  #heldFor: string | null = null;
  #writes: Promise<unknown> = Promise.resolve();

  constructor(options: LineWriterOptions) {
    this.#options = options;
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
    const { transport, onDidOutput, onDidLose } = this.#options;
    transport();
    this.#heldFor = what;
    const received = new Emitter<Uint8Array>();
    const listening = onDidOutput(({ bytes }) => received.fire(bytes));
    let held = true;
    return {
      write: (bytes) =>
        this.#enqueue(async () => {
          if (!held) fail('CONFLICT', 'The line was given back already');
          await this.#write(bytes, null);
        }),
      onDidReceive: received.event,
      onDidLose,
      release: () => {
        if (!held) return;
        held = false;
        listening.dispose();
        this.#heldFor = null;
      },
    };
  }

  /** Throws LabError DEVICE_BUSY while somebody has the whole line. */
  checkFree(): void {
    if (this.#heldFor !== null)
      fail('DEVICE_BUSY', `The console is busy: ${this.#heldFor}`, 'Wait for it to end, or cancel it.');
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const mine = this.#writes.then(task);
    this.#writes = mine.catch(() => {});
    return mine;
  }

  /** `who` null: not noted. */
  async #write(bytes: Uint8Array, who: string | null): Promise<void> {
    const { note, baudRate } = this.#options;
    const transport = this.#options.transport();
    if (who !== null) this.#noteTyped(bytes, who);
    const limitMs = writeGraceMs + (bytes.length * 10 * 1500) / baudRate;
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
      const problem = asLineProblem(error);
      note('mark', { text: `typing failed: ${problem.message}` });
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
      this.#options.note('tx', {
        who,
        base64: Buffer.from(bytes.subarray(at, at + 32 * 1024)).toString('base64'),
      });
  }
}
