import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../base/errno.ts';
import { JsonFile } from '../base/jsonFile.ts';
import type { Keyring } from './keyring.ts';

const keyBytes = 32;
/** A keyring may ask for its password first; one that hangs must not keep the bench from starting. */
const keyringWithinMs = 20_000;
const maxKeys = 64;

/** Newest first: one more for each keyring that could unwrap none, as when sessions of two desktops take turns. */
const document = z.strictObject({ version: z.literal(1), wrapped: z.array(z.base64()).max(maxKeys) });

interface SecretKeyOptions {
  readonly dir: string;
  readonly keyring: Keyring;
  /** Lines for people. */
  readonly warn: (text: string) => void;
  readonly withinMs?: number;
}

/**
 * The key the core encrypts secrets with: made once, kept in `<dir>/secrets.key`, wrapped by the session's keyring.
 * Never rejects. null: this session has no keyring that protects anything, it does not answer, or the key could
 * not be kept.
 */
export async function loadSecretKey(options: SecretKeyOptions): Promise<Buffer | null> {
  const { warn, withinMs = keyringWithinMs } = options;
  const stop = new AbortController();
  const late = sleep(withinMs, null, { signal: stop.signal }).then(
    () => {
      warn(`The keyring did not answer within ${withinMs} ms: secrets stay locked until the next start.`);
      return null;
    },
    () => null,
  );
  try {
    return await Promise.race([unwrapOrMake(options), late]);
  } catch (error) {
    warn(`The key for secrets cannot be used: ${messageOf(error)}`);
    return null;
  } finally {
    stop.abort();
  }
}

async function unwrapOrMake({ dir, keyring, warn }: SecretKeyOptions): Promise<Buffer | null> {
  if (!(await keyring.isProtecting())) return null;
  const file = new JsonFile({ path: join(dir, 'secrets.key'), schema: document, version: 1 });
  const loaded = await file.load();
  if (loaded.found !== 'nothing' && loaded.found !== 'value')
    warn(`secrets.key could not be used (${loaded.found}); it is kept as ${loaded.keptAs ?? 'it is'}.`);
  const wrapped = loaded.found === 'value' ? loaded.value.wrapped : [];
  for (const one of wrapped) {
    const key = await unwrap(keyring, one);
    if (key) return key;
  }
  if (wrapped.length > 0) warn('No key in secrets.key can be unwrapped in this session; a new one is made.');
  const key = randomBytes(keyBytes);
  const fresh = (await keyring.wrap(key.toString('base64'))).toString('base64');
  // A key that is not on the disk must not be used: what it locks would never open again.
  await file.write({ version: 1, wrapped: [fresh, ...wrapped].slice(0, maxKeys) });
  return key;
}

async function unwrap(keyring: Keyring, wrapped: string): Promise<Buffer | null> {
  const text = await keyring.unwrap(Buffer.from(wrapped, 'base64'));
  const key = text === null ? null : Buffer.from(text, 'base64');
  return key?.length === keyBytes ? key : null;
}
