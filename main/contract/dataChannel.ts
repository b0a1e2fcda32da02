/**
 * The byte stream of consoles, beside the contract's calls: one binary message each, little endian, over a
 * MessagePort (desktop) or a WebSocket (browser). A viewer subscribes from an offset of the recording and is
 * fed from there, history first, in order and without a hole; it acknowledges what its terminal has parsed, so
 * that at most `viewerWindowBytes` are ever under way. One that falls `viewerMaxLagBytes` behind is moved
 * ahead and told how much it missed: the UART is never paused for it, and the recording has every byte.
 *
 * client -> core   1 SUBSCRIBE   u8, u32 sub, f64 fromOffset (-1: a screenful from the end), utf8 consoleId
 *                  2 ACK         u8, u32 sub, u32 bytes
 *                  3 UNSUBSCRIBE u8, u32 sub
 * core -> client   16 STARTED    u8, u32 sub, f64 fromOffset, f64 liveOffset (bytes before it are history)
 *                  17 DATA       u8, u32 sub, f64 offset, bytes
 *                  18 SKIPPED    u8, u32 sub, f64 resumeOffset, f64 skippedBytes
 *                  19 ENDED      u8, u32 sub, utf8 {code, message, hint}
 */
export const viewerWindowBytes = 1024 * 1024;
export const viewerMaxLagBytes = 16 * 1024 * 1024;
/** How much history a viewer that asks for "a screenful" gets at most. */
export const viewerHistoryBytes = 256 * 1024;

export type DataRequest =
  | {
      readonly type: 'subscribe';
      readonly sub: number;
      readonly fromOffset: number;
      readonly consoleId: string;
    }
  | { readonly type: 'ack'; readonly sub: number; readonly bytes: number }
  | { readonly type: 'unsubscribe'; readonly sub: number };

export type DataEvent =
  | {
      readonly type: 'started';
      readonly sub: number;
      readonly fromOffset: number;
      readonly liveOffset: number;
    }
  | { readonly type: 'data'; readonly sub: number; readonly offset: number; readonly bytes: Uint8Array }
  | {
      readonly type: 'skipped';
      readonly sub: number;
      readonly resumeOffset: number;
      readonly skippedBytes: number;
    }
  | {
      readonly type: 'ended';
      readonly sub: number;
      readonly code: string;
      readonly message: string;
      readonly hint: string;
    };

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder();

export function encodeDataRequest(request: DataRequest): Uint8Array<ArrayBuffer> {
  if (request.type === 'subscribe') {
    const id = utf8Encoder.encode(request.consoleId);
    const [message, view] = frame(1, request.sub, 8 + id.length);
    view.setFloat64(5, request.fromOffset, true);
    message.set(id, 13);
    return message;
  }
  if (request.type === 'ack') {
    const [message, view] = frame(2, request.sub, 4);
    view.setUint32(5, request.bytes, true);
    return message;
  }
  return frame(3, request.sub, 0)[0];
}

/** Answers null for anything that is no request of ours: the sender is not trusted. */
export function decodeDataRequest(message: Uint8Array): DataRequest | null {
  if (message.length < 5) return null;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const sub = view.getUint32(1, true);
  switch (message[0]) {
    case 1: {
      if (message.length < 14 || message.length > 13 + 256) return null;
      const fromOffset = view.getFloat64(5, true);
      if (!Number.isSafeInteger(fromOffset) || fromOffset < -1) return null;
      return { type: 'subscribe', sub, fromOffset, consoleId: utf8Decoder.decode(message.subarray(13)) };
    }
    case 2:
      return message.length === 9 ? { type: 'ack', sub, bytes: view.getUint32(5, true) } : null;
    case 3:
      return message.length === 5 ? { type: 'unsubscribe', sub } : null;
    default:
      return null;
  }
}

export function encodeDataEvent(event: DataEvent): Uint8Array<ArrayBuffer> {
  switch (event.type) {
    case 'data': {
      const [message, view] = frame(17, event.sub, 8 + event.bytes.length);
      view.setFloat64(5, event.offset, true);
      message.set(event.bytes, 13);
      return message;
    }
    case 'started':
      return twoOffsets(16, event.sub, event.fromOffset, event.liveOffset);
    case 'skipped':
      return twoOffsets(18, event.sub, event.resumeOffset, event.skippedBytes);
    case 'ended': {
      const { code, message: text, hint } = event;
      const body = utf8Encoder.encode(JSON.stringify({ code, message: text, hint }));
      const [message] = frame(19, event.sub, body.length);
      message.set(body, 5);
      return message;
    }
  }
}

/** Trusts its sender, the core. `data.bytes` is a view into `message`. */
export function decodeDataEvent(message: Uint8Array): DataEvent {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const sub = view.getUint32(1, true);
  switch (message[0]) {
    case 16:
      return {
        type: 'started',
        sub,
        fromOffset: view.getFloat64(5, true),
        liveOffset: view.getFloat64(13, true),
      };
    case 17:
      return { type: 'data', sub, offset: view.getFloat64(5, true), bytes: message.subarray(13) };
    case 18:
      return {
        type: 'skipped',
        sub,
        resumeOffset: view.getFloat64(5, true),
        skippedBytes: view.getFloat64(13, true),
      };
    case 19: {
      const body = JSON.parse(utf8Decoder.decode(message.subarray(5))) as {
        code: string;
        message: string;
        hint: string;
      };
      return { type: 'ended', sub, code: body.code, message: body.message, hint: body.hint };
    }
    default:
      throw new Error(`unknown data event ${message[0]}`);
  }
}

function frame(type: number, sub: number, bodyBytes: number): [Uint8Array<ArrayBuffer>, DataView] {
  const message = new Uint8Array(5 + bodyBytes);
  const view = new DataView(message.buffer);
  view.setUint8(0, type);
  view.setUint32(1, sub, true);
  return [message, view];
}

function twoOffsets(type: number, sub: number, first: number, second: number): Uint8Array<ArrayBuffer> {
  const [message, view] = frame(type, sub, 16);
  view.setFloat64(5, first, true);
  view.setFloat64(13, second, true);
  return message;
}
