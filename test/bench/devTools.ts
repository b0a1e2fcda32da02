import { WebSocket } from 'ws';
import { waitFor, withTimeout } from './waiting.ts';

const timeoutMs = 20_000;

/**
 * Evaluates a JavaScript expression in the page whose address begins with `urlStart`; a promise is awaited.
 * `browserUrl` is what Chromium says it listens on: ws://127.0.0.1:PORT/...
 */
export async function evaluateInPage(
  browserUrl: string,
  urlStart: string,
  expression: string,
): Promise<unknown> {
  const { host } = new URL(browserUrl);
  const page = await waitFor(
    async () => {
      const answer = await fetch(`http://${host}/json/list`, { signal: AbortSignal.timeout(timeoutMs) });
      const targets = (await answer.json()) as { type: string; url: string; webSocketDebuggerUrl: string }[];
      return targets.find(({ type, url }) => type === 'page' && url.startsWith(urlStart)) ?? null;
    },
    timeoutMs,
    `a page ${urlStart}...`,
    50,
  );
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  try {
    const answered = new Promise<unknown>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the page went away')));
      socket.on('message', (text) => {
        const { id, result, error } = JSON.parse(String(text));
        if (id !== 1) return;
        if (error) reject(new Error(error.message));
        else if (result?.exceptionDetails) reject(new Error(result.exceptionDetails.exception?.description));
        else resolve(result?.result?.value);
      });
      socket.on('open', () => {
        const params = { expression, awaitPromise: true, returnByValue: true };
        socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
      });
    });
    return await withTimeout(answered, timeoutMs, 'the page answers');
  } finally {
    socket.close();
  }
}
