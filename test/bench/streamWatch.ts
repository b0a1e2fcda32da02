/** What the watch in a window tells (it runs there, as `window.benchWatch`). */
export interface StreamWatch {
  /** Bytes that xterm has parsed: those whose write callback made the window acknowledge them. */
  parsedBytes(): number;
  /** Bytes that came in. */
  receivedBytes(): number;
  /** Bytes of the recording that were left out, because the window was too far behind. */
  skippedBytes(): number;
  /** Where in the recording the window stands. */
  offset(): number;
  /** `performance.now()` of the last message with bytes. */
  lastDataMs(): number;
  /** `performance.now()` of the last call the window made to the core: what is typed goes as one. */
  lastSentMs(): number;
  /** Resolves at the `performance.now()` at which xterm has parsed all up to `offset`. */
  parsedUpTo(offset: number): Promise<number>;
  /** Resolves at the `performance.now()` of the next message with bytes. */
  nextData(): Promise<number>;
}

/**
 * Runs in the window before the app does, and listens in on its ports (main/contract/dataChannel.ts): nothing of
 * the app is changed for it, and it costs a few comparisons a message.
 */
export function watchStreams(): void {
  let parsed = 0;
  let received = 0;
  let skipped = 0;
  let offset = 0;
  let lastDataMs = 0;
  let lastSentMs = 0;
  const onData: ((ms: number) => void)[] = [];
  const onParsed: { offset: number; resolve: (ms: number) => void }[] = [];

  const send = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, ...rest: unknown[]) {
    if (message instanceof Uint8Array && message[0] === 2) {
      parsed += new DataView(message.buffer, message.byteOffset).getUint32(5, true);
      if (parsed === received)
        for (const waiting of onParsed.splice(0)) {
          if (offset >= waiting.offset) waiting.resolve(performance.now());
          else onParsed.push(waiting);
        }
    } else if (typeof message === 'string') lastSentMs = performance.now();
    Reflect.apply(send, this, [message, ...rest]);
  } as typeof send;

  const note = (event: Event) => {
    const { data } = event as MessageEvent<unknown>;
    if (!(data instanceof Uint8Array)) return;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (data[0] === 16 || data[0] === 18) offset = view.getFloat64(5, true);
    if (data[0] === 18) skipped += view.getFloat64(13, true);
    if (data[0] !== 17) return;
    lastDataMs = performance.now();
    received += data.byteLength - 13;
    offset = view.getFloat64(5, true) + data.byteLength - 13;
    for (const resolve of onData.splice(0)) resolve(lastDataMs);
  };
  const listen = MessagePort.prototype.addEventListener;
  MessagePort.prototype.addEventListener = function (this: MessagePort, type: string, ...rest: unknown[]) {
    // Before the app's own listener.
    if (type === 'message') Reflect.apply(listen, this, [type, note]);
    Reflect.apply(listen, this, [type, ...rest]);
  } as typeof listen;

  const watch: StreamWatch = {
    parsedBytes: () => parsed,
    receivedBytes: () => received,
    skippedBytes: () => skipped,
    offset: () => offset,
    lastDataMs: () => lastDataMs,
    lastSentMs: () => lastSentMs,
    parsedUpTo: (wanted) => new Promise((resolve) => onParsed.push({ offset: wanted, resolve })),
    nextData: () => new Promise((resolve) => onData.push(resolve)),
  };
  Object.assign(window, { benchWatch: watch });
}

declare global {
  interface Window {
    readonly benchWatch: StreamWatch;
    /** xterm's own, put there for `term.write` alone. */
    readonly Terminal: typeof import('@xterm/xterm').Terminal;
  }
}
