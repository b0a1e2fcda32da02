import { type DataEvent, decodeDataEvent, encodeDataRequest } from '../../../main/contract/dataChannel.ts';
import type { LabProblem } from './labProblem.ts';
import type { ByteChannel } from './link.ts';
import { StreamCursor } from './streamCursor.ts';

export interface StreamHandlers {
  /** Bytes before `liveOffset` are history: printed before anybody here was watching. */
  started(liveOffset: number): void;
  /** Call `ack` once the bytes are parsed; the core sends on only then. Bytes are the handler's to keep. */
  data(bytes: Uint8Array, offset: number, ack: () => void): void;
  /** So many bytes are missing on screen here; the recording has them. */
  skipped(bytes: number): void;
  ended(problem: LabProblem): void;
}

export interface ConsoleStream {
  /** Asks again from where the stream stands, as after it ended with an error. */
  restart(): void;
  dispose(): void;
}

interface Stream {
  readonly consoleId: string;
  readonly handlers: StreamHandlers;
  readonly cursor: StreamCursor;
  sub: number;
}

/**
 * The byte streams of all terminals over one channel. A stream outlives the channel: when the next one is
 * attached it goes on at the very byte it had reached.
 */
export class DataLink {
  readonly #streams = new Map<number, Stream>();
  #channel: ByteChannel | null = null;
  #lastSub = 0;

  attach(channel: ByteChannel): void {
    this.#channel = channel;
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) this.#subscribe(stream);
    channel.listen((message) => {
      if (this.#channel === channel) this.#receive(decodeDataEvent(message));
    });
  }

  detach(): void {
    this.#channel = null;
  }

  open(consoleId: string, handlers: StreamHandlers): ConsoleStream {
    const stream: Stream = { consoleId, handlers, cursor: new StreamCursor(), sub: 0 };
    this.#subscribe(stream);
    return {
      restart: () => {
        this.#unsubscribe(stream);
        this.#subscribe(stream);
      },
      dispose: () => this.#unsubscribe(stream),
    };
  }

  // A number is never used twice: what is still under way for an old subscription finds nobody.
  #subscribe(stream: Stream): void {
    this.#lastSub += 1;
    stream.sub = this.#lastSub;
    this.#streams.set(stream.sub, stream);
    const { sub, consoleId, cursor } = stream;
    this.#channel?.send(
      encodeDataRequest({ type: 'subscribe', sub, fromOffset: cursor.resumeOffset, consoleId }),
    );
  }

  #unsubscribe(stream: Stream): void {
    if (!this.#streams.delete(stream.sub)) return;
    this.#channel?.send(encodeDataRequest({ type: 'unsubscribe', sub: stream.sub }));
  }

  #receive(event: DataEvent): void {
    const stream = this.#streams.get(event.sub);
    if (stream === undefined) return;
    const { handlers, cursor } = stream;
    switch (event.type) {
      case 'started':
        cursor.start(event.fromOffset);
        handlers.started(event.liveOffset);
        return;
      case 'skipped':
        cursor.skipTo(event.resumeOffset);
        handlers.skipped(event.skippedBytes);
        return;
      case 'ended':
        handlers.ended({
          code: event.code as LabProblem['code'],
          message: event.message,
          hint: event.hint || null,
          field: null,
        });
        return;
      case 'data': {
        const { missingBytes, fresh, offset } = cursor.accept(event.offset, event.bytes);
        if (missingBytes > 0) handlers.skipped(missingBytes);
        const acknowledge = () => this.#ack(event.sub, event.bytes.length);
        if (fresh.length > 0) handlers.data(fresh, offset, acknowledge);
        else acknowledge();
      }
    }
  }

  #ack(sub: number, bytes: number): void {
    // Only the subscription that brought the bytes is credited: a later one never sent them.
    if (this.#streams.has(sub)) this.#channel?.send(encodeDataRequest({ type: 'ack', sub, bytes }));
  }
}
