import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** Of AES-256. */
export const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** Tells keys apart without saying anything about them. */
export function keyIdOf(key: Buffer): string {
  return createHmac('sha256', key).update('labdeck secret key').digest('hex').slice(0, 16);
}

/** AES-256-GCM; base64 of IV, tag and ciphertext. Bound to `name`: it cannot be put in another's place. */
export function seal(key: Buffer, name: string, value: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name));
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
}

/** null: it is not what `seal` made with this key and name. */
export function unseal(key: Buffer, name: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length < ivBytes + tagBytes) return null;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes))
    .setAAD(Buffer.from(name))
    .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  const text = decipher.update(bytes.subarray(ivBytes + tagBytes));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    // final() throws when, and only when, the tag does not fit.
    return null;
  }
}
