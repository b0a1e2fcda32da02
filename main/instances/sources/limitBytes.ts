import { Transform } from 'node:stream';

/** Passes bytes on and ends with the error of `tooMany` at the first beyond `maxBytes`; `onBytes` has the sum so far. */
export function limitBytes(
  maxBytes: number,
  tooMany: () => Error,
  onBytes?: (bytes: number) => void,
): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        done(tooMany());
        return;
      }
      onBytes?.(bytes);
      done(null, chunk);
    },
  });
}
