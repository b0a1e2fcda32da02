import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { JsonFile, type Loaded } from '../base/jsonFile.ts';
import { tellLoaded } from '../base/jsonFileTelling.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import { fail, LabError } from '../contract/labError.ts';
import type { NoticesService } from '../notices/index.ts';
import { keyBytes, keyIdOf, seal, unseal } from './sealedValue.ts';
import type { SecretStore } from './secretStore.ts';

/** At least one slash: no name collides with what every object has. */
const secretName = z.string().regex(/^[\w.-]{1,128}(\/[\w.-]{1,128}){1,7}$/);
const entry = z.union([
  z.strictObject({ plain: z.string() }),
  /** `keyId`: tells "the key is not here" from "this was changed". */
  z.strictObject({ keyId: z.string(), sealed: z.base64() }),
]);
type Entry = z.infer<typeof entry>;
const document = z.strictObject({ version: z.literal(1), secrets: z.record(secretName, entry) });

interface FileSecretStoreOptions {
  readonly dir: string;
  /** 32 bytes; null: there is nothing to keep a key in (headless), and the file's mode is all that protects it. */
  readonly key: Buffer | null;
  readonly notices: Pick<NoticesService, 'post'>;
  readonly logger: Logger;
}

/**
 * Secrets in `<dir>/secrets.json`, for this user alone (0600), and encrypted where there is a key. The app and the
 * headless host may take turns on one file: neither loses what only the other can read.
 */
export class FileSecretStore implements SecretStore {
  readonly #options: FileSecretStoreOptions;
  readonly #path: string;
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #queue = new KeyedQueue<'file'>();
  readonly #keyId: string | null;
  #secrets: ReadonlyMap<string, Entry> = new Map();
  #unusable: LabError | null = null;

  constructor(options: FileSecretStoreOptions) {
    if (options.key && options.key.length !== keyBytes) throw new TypeError(`a key has ${keyBytes} bytes`);
    this.#options = options;
    this.#keyId = options.key && keyIdOf(options.key);
    this.#path = path.join(options.dir, 'secrets.json');
    this.#file = new JsonFile({ path: this.#path, schema: document, version: 1 });
  }

  /**
   * Reads the file, and encrypts what was written while there was no key. Never rejects: a damaged file is kept
   * and told in a notice, and so is what cannot be read for want of its key.
   */
  async start(): Promise<void> {
    const loaded = await this.#file.load();
    if (loaded.found === 'value') {
      this.#secrets = new Map(Object.entries(loaded.value.secrets));
      // It may have been copied here from elsewhere.
      await chmod(this.#path, 0o600).catch(() => {});
    } else this.#tellUnused(loaded);
    await this.#sealPlain();
    this.#tellUnreadable();
  }

  async get(name: string): Promise<string | null> {
    const found = this.#secrets.get(name);
    if (!found) return null;
    if ('plain' in found) return found.plain;
    const { key } = this.#options;
    if (!key || found.keyId !== this.#keyId)
      return fail(
        'FORBIDDEN',
        `The secret "${name}" is encrypted with a key that is not here`,
        key
          ? 'It was lost with the keyring that held its key: set it anew.'
          : 'Open the Labdeck app, in a session whose keyring is unlocked.',
      );
    return (
      unseal(key, name, found.sealed) ??
      fail('DAMAGED', `The secret "${name}" is not what was written`, 'Set it anew.')
    );
  }

  async set(name: string, value: string): Promise<void> {
    if (!secretName.safeParse(name).success)
      throw new LabError('BAD_REQUEST', `"${name}" is no name for a secret`);
    await this.#change((secrets) => secrets.set(name, this.#toEntry(name, value)));
  }

  async remove(name: string): Promise<void> {
    await this.#change((secrets) => secrets.delete(name));
  }

  async removeAll(prefix: string): Promise<void> {
    await this.#change((secrets) => {
      for (const name of [...secrets.keys()]) if (name.startsWith(prefix)) secrets.delete(name);
    });
  }

  #toEntry(name: string, value: string): Entry {
    const { key } = this.#options;
    return key && this.#keyId !== null
      ? { keyId: this.#keyId, sealed: seal(key, name, value) }
      : { plain: value };
  }

  /** What is in memory is always what is on the disk: a write that failed changed nothing. */
  #change(edit: (secrets: Map<string, Entry>) => void): Promise<void> {
    return this.#queue.run('file', async () => {
      const next = new Map(this.#secrets);
      edit(next);
      const isSame =
        next.size === this.#secrets.size && [...next].every(([k, v]) => this.#secrets.get(k) === v);
      if (isSame) return;
      if (this.#unusable) throw this.#unusable;
      await this.#file.write({ version: 1, secrets: Object.fromEntries(next) });
      this.#secrets = next;
    });
  }

  async #sealPlain(): Promise<void> {
    if (!this.#options.key) return;
    try {
      await this.#change((secrets) => {
        for (const [name, found] of secrets)
          if ('plain' in found) secrets.set(name, this.#toEntry(name, found.plain));
      });
    } catch (error) {
      this.#options.logger.warn('secrets written without a key are not encrypted yet', { error });
    }
  }

  #tellUnused(loaded: Loaded<unknown>): void {
    if (loaded.found === 'nothing' || loaded.found === 'value') return;
    // A parser's complaint quotes what it could not read, which is somebody's password.
    const safe = loaded.found === 'damaged' ? { ...loaded, detail: 'it is not what Labdeck wrote' } : loaded;
    const { notices, logger } = this.#options;
    tellLoaded(this.#file, safe, { what: 'Passwords and tokens', topic: 'secrets-file', notices, logger });
    if (safe.keptAs !== null) return;
    this.#unusable = new LabError(
      'CONFLICT',
      `${this.#path} is kept as it is: it could not be used or moved`,
      {
        hint: 'Move that file away or make it readable, then start Labdeck again.',
      },
    );
  }

  #tellUnreadable(): void {
    const count = [...this.#secrets.values()].filter(
      (found) => 'keyId' in found && found.keyId !== this.#keyId,
    ).length;
    if (count === 0) return;
    const what = count === 1 ? 'One password or token' : `${count} passwords and tokens`;
    this.#options.notices.post(
      'secrets-key',
      this.#options.key
        ? {
            severity: 'warning',
            title: `${what} cannot be read`,
            text: 'The key they were encrypted with is not in this session’s keyring. They are kept for the session that has it; set them anew to use them in this one.',
          }
        : {
            severity: 'info',
            title: `${what} can be read in the Labdeck app only`,
            text: 'They are encrypted with a key that the app keeps in the session’s keyring. What is set here is readable in both.',
          },
    );
  }
}
