import http from 'node:http';
import https from 'node:https';

/** An outlet's answer is one small document. */
const maxBodyBytes = 64 * 1024;
const maxHeaderBytes = 16 * 1024;

export interface Request {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Why there is no answer. Says nothing of the request, which may carry a password. */
export class NoAnswer extends Error {
  readonly why: 'unreachable' | 'untrusted' | 'closed' | 'no-http' | 'too-long';

  constructor(why: NoAnswer['why'], options?: ErrorOptions) {
    super(`no answer: ${why}`, options);
    this.name = 'NoAnswer';
    this.why = why;
  }
}

/**
 * One request on a connection of its own, closed after the first answer: small outlets keep few connections, and what
 * comes after is not ours. `onLeave` is called once connected, right before the first byte leaves. No redirect is
 * followed. Rejects with NoAnswer or the signal's reason; then nothing that still comes has any effect.
 */
export function exchange(url: URL, ask: Request, signal: AbortSignal, onLeave: () => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const request = (secure ? https : http).request(url, {
      method: ask.method,
      headers: {
        ...ask.headers,
        connection: 'close',
        ...(ask.body === null ? {} : { 'content-length': `${Buffer.byteLength(ask.body)}` }),
      },
      agent: false,
      maxHeaderSize: maxHeaderBytes,
    });
    let isConnected = false;
    const end = (settle: () => void) => {
      signal.removeEventListener('abort', onAbort);
      settle();
      request.destroy();
    };
    const onAbort = () => end(() => reject(signal.reason));
    const failed = (error: unknown) => end(() => reject(error));
    signal.addEventListener('abort', onAbort, { once: true });
    // It stays to the end: a connection may break after its answer was read.
    request.on('error', (cause) => failed(new NoAnswer(whyOf(cause, isConnected), { cause })));
    request.on('close', () => failed(new NoAnswer('closed')));
    request.on('socket', (socket) => {
      const leave = () => {
        isConnected = true;
        try {
          onLeave();
        } catch (error) {
          failed(error);
          return;
        }
        request.end(ask.body ?? undefined);
      };
      socket.once(secure ? 'secureConnect' : 'connect', leave);
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBodyBytes) failed(new NoAnswer('too-long'));
        else chunks.push(chunk);
      });
      response.on('error', (cause) => failed(new NoAnswer('closed', { cause })));
      response.on('end', () => {
        if (!response.complete) return;
        const text = Buffer.concat(chunks).toString('utf8');
        end(() => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
    });
    if (signal.aborted) onAbort();
  });
}

const untrusted = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function whyOf(error: Error & { code?: unknown }, isConnected: boolean): NoAnswer['why'] {
  const code = typeof error.code === 'string' ? error.code : '';
  if (untrusted.has(code)) return 'untrusted';
  // `EPROTO`: it is no TLS server. `HPE_...`: what it says is no HTTP.
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('HPE_')) return 'no-http';
  return isConnected ? 'closed' : 'unreachable';
}
