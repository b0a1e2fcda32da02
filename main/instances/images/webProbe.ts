import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';

/** Whether an address answers at all (`anything`), or with what was asked for (`success`), within its time. */
export function answers(
  address: string,
  wanted: 'anything' | 'success',
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const url = new URL(address);
  const get: typeof getPlain = url.protocol === 'https:' ? getSecure : getPlain;
  const deadline = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve) => {
    const request = get(
      url,
      { agent: false, signal: signal ? AbortSignal.any([deadline, signal]) : deadline },
      (response) => {
        const status = response.statusCode ?? 0;
        response.destroy();
        // A redirect is as good: whoever fetches it follows.
        resolve(wanted === 'anything' || (status >= 200 && status < 400));
      },
    );
    request.on('error', () => resolve(false));
  });
}
