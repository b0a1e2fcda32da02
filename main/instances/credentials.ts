import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { SecretStore } from '../secrets/index.ts';

const credentials = z.object({ username: z.string(), password: z.string() });
export type Credentials = z.infer<typeof credentials>;

/** Without what is easily mistaken for another: these are read from a screen. */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** 20 characters, about 115 bits. */
export function newPassword(): string {
  return Array.from({ length: 20 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

const secretName = (key: string) => `instance/${key}/admin`;

/** null: nobody told Labdeck. Rejects with LabError FORBIDDEN where they are kept in a way this host cannot read. */
export async function readCredentials(secrets: SecretStore, key: string): Promise<Credentials | null> {
  const text = await secrets.get(secretName(key));
  if (text === null) return null;
  const read = credentials.safeParse(JSON.parse(text));
  return read.success ? read.data : null;
}

export function keepCredentials(secrets: SecretStore, key: string, kept: Credentials): Promise<void> {
  return secrets.set(secretName(key), JSON.stringify(kept));
}

export function forgetCredentials(secrets: SecretStore, key: string): Promise<void> {
  return secrets.remove(secretName(key));
}
