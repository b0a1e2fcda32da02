import { formatBytes } from '../../lib/format/format.ts';
import type { ConsoleStream, DataLink } from '../../lib/lab/dataLink.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';

/**
 * Where the bytes go: xterm's `write`, which parses later and in order, then calls `done`. The offset is their
 * place in the recording; null for a note of ours.
 */
export type Write = (bytes: Uint8Array, offset: number | null, done: () => void) => void;

/** Acknowledging each small chunk would cost a message each; a quarter of the core's window keeps it flowing. */
const ackEveryBytes = 256 * 1024;

/** Feeds one terminal from one console's stream: every byte once, acknowledged when parsed. */
export class ConsoleFeed {
  readonly #write: Write;
  readonly #stream: ConsoleStream;
  /** One entry per chunk handed to xterm and not parsed yet; true: it is history. */
  #unparsed: boolean[] = [];
  #liveOffset = 0;
  #unacked: { ack: (() => void)[]; bytes: number } = { ack: [], bytes: 0 };

  constructor(
    link: DataLink,
    consoleId: string,
    write: Write,
    on: { started(): void; ended(problem: LabProblem): void },
  ) {
    this.#write = write;
    this.#stream = link.open(consoleId, {
      started: (liveOffset) => {
        this.#liveOffset = liveOffset;
        on.started();
      },
      data: (bytes, offset, ack) => this.#receive(bytes, offset, ack),
      skipped: (bytes) => this.#hand(skippedLine(bytes), null, true, () => {}),
      ended: on.ended,
    });
  }

  /**
   * True while xterm parses what was printed before this terminal watched. Whoever asked for a cursor
   * position then has had its answer, or has given up: a second one would be typed into the board.
   */
  get replaying(): boolean {
    return this.#unparsed[0] ?? false;
  }

  restart(): void {
    this.#stream.restart();
  }

  dispose(): void {
    this.#stream.dispose();
  }

  #receive(bytes: Uint8Array, offset: number, ack: () => void): void {
    const historyBytes = Math.min(bytes.length, Math.max(0, this.#liveOffset - offset));
    const parsed = () => this.#parsed(ack, bytes.length);
    if (historyBytes === 0 || historyBytes === bytes.length) {
      this.#hand(bytes, offset, historyBytes > 0, parsed);
      return;
    }
    this.#hand(bytes.subarray(0, historyBytes), offset, true, () => {});
    this.#hand(bytes.subarray(historyBytes), offset + historyBytes, false, parsed);
  }

  #hand(bytes: Uint8Array, offset: number | null, history: boolean, parsed: () => void): void {
    this.#unparsed.push(history);
    this.#write(bytes, offset, () => {
      this.#unparsed.shift();
      parsed();
    });
  }

  #parsed(ack: () => void, bytes: number): void {
    this.#unacked.ack.push(ack);
    this.#unacked.bytes += bytes;
    if (this.#unacked.bytes < ackEveryBytes && this.#unparsed.length > 0) return;
    const { ack: acks } = this.#unacked;
    this.#unacked = { ack: [], bytes: 0 };
    for (const each of acks) each();
  }
}

/** CAN first: it ends an escape sequence the hole may have cut in two. */
function skippedLine(bytes: number): Uint8Array {
  const text = `${formatBytes(bytes)} not shown: this window could not keep up. The recording has every byte.`;
  return new TextEncoder().encode(`\x18\x1b[0m\r\n\x1b[2m── ${text} ──\x1b[0m\r\n`);
}
