import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SafeStorage } from 'electron';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { electronKeyring, type Keyring } from './keyring.ts';
import { loadSecretKey } from './secretKey.ts';

let dir: string;
let warnings: string[];

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-key-'));
  warnings = [];
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A keyring with a password of its own; what another one wrapped it cannot unwrap. */
class FakeKeyring implements Keyring {
  readonly #password = randomBytes(32);
  isUnlocked = true;
  hangs = false;

  async isProtecting(): Promise<boolean> {
    if (this.hangs) await new Promise(() => {});
    return this.isUnlocked;
  }
  async wrap(text: string): Promise<Buffer> {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#password, iv);
    return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  }
  async unwrap(wrapped: Buffer): Promise<string | null> {
    const decipher = createDecipheriv('aes-256-gcm', this.#password, wrapped.subarray(0, 12));
    decipher.setAuthTag(wrapped.subarray(-16));
    try {
      return decipher.update(wrapped.subarray(12, -16)).toString() + decipher.final().toString();
    } catch {
      return null;
    }
  }
}

const load = (keyring: Keyring, withinMs = 5_000) =>
  loadSecretKey({ dir, keyring, withinMs, warn: (text) => warnings.push(text) });

test('the key is made once, is the same at every start, and lies on the disk wrapped and for this user alone', async () => {
  const keyring = new FakeKeyring();
  const key = await load(keyring);
  expect(key).toHaveLength(32);
  expect(await load(keyring)).toEqual(key);
  expect(warnings).toEqual([]);
  const file = path.join(dir, 'secrets.key');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const text = await readFile(file, 'utf8');
  for (const form of ['base64', 'hex'] as const) expect(text).not.toContain(key?.toString(form));
});

test('without a keyring that protects anything there is no key, and none is written', async () => {
  const keyring = new FakeKeyring();
  keyring.isUnlocked = false;
  expect(await load(keyring)).toBeNull();
  expect(await readdir(dir)).toEqual([]);
});

test('sessions with two keyrings take turns, and each finds its own key again', async () => {
  const [one, two] = [new FakeKeyring(), new FakeKeyring()];
  const first = await load(one);
  const second = await load(two);
  expect(warnings).toHaveLength(1);
  expect(second).not.toEqual(first);
  expect(await load(one)).toEqual(first);
  expect(await load(two)).toEqual(second);
  expect(warnings).toHaveLength(1);
});

test('a keyring that hangs keeps the core waiting no longer than said', async () => {
  const keyring = new FakeKeyring();
  keyring.hangs = true;
  expect(await load(keyring, 20)).toBeNull();
  expect(warnings[0]).toContain('did not answer');
});

test('a key that could not be kept is not used', async () => {
  await mkdir(path.join(dir, `secrets.key.tmp-${process.pid}`));
  expect(await load(new FakeKeyring())).toBeNull();
  expect(warnings).toHaveLength(1);
});

test('a damaged key file is kept and a new key is made', async () => {
  await writeFile(path.join(dir, 'secrets.key'), 'not it');
  expect(await load(new FakeKeyring())).toHaveLength(32);
  expect((await readdir(dir)).sort()).toEqual([
    expect.stringMatching(/^secrets\.damaged-.*\.key$/),
    'secrets.key',
  ]);
});

test('Chromium’s built-in password on Linux is no protection', async () => {
  const storage = (backend: string) =>
    ({
      getSelectedStorageBackend: () => backend,
      isEncryptionAvailable: () => true,
    }) as unknown as SafeStorage;
  expect(await electronKeyring(storage('basic_text'), 'linux').isProtecting()).toBe(false);
  expect(await electronKeyring(storage('gnome_libsecret'), 'linux').isProtecting()).toBe(true);
});
