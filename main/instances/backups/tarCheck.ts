import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { extract, type Header } from 'tar-stream';
import type { z } from 'zod';
import { messageOf } from '../../base/errno.ts';
import { LabError } from '../../contract/labError.ts';
import {
  type BackupManifest,
  backupChecksums,
  backupFormat,
  backupManifest,
  checksumsMember,
  dataMembers,
  manifestMember,
  maxJsonBytes,
} from './backupManifest.ts';

/** Two blocks of zeros end a tar. */
const endBytes = 1024;

/** tar-stream hands out Buffers and does not say so. */
type Entry = AsyncIterable<unknown> & { readonly header: Header };

/**
 * Checks a backup while its bytes pass: nothing of it is kept, and what is wrong is said at the first byte that
 * shows it. LabError DAMAGED names the `member` at fault in its details; UNSUPPORTED: a newer Labdeck made it.
 */
export class TarCheck {
  readonly #extract = extract({});
  readonly #members = new Map<string, { sha256: string; bytes: number }>();
  readonly #reading: Promise<BackupManifest>;
  #bytes = 0;
  #tail: Buffer = Buffer.alloc(0);

  constructor() {
    this.#reading = this.#read();
    // Asked for later, by write or end.
    this.#reading.catch(() => {});
  }

  async write(chunk: Buffer): Promise<void> {
    this.#bytes += chunk.length;
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-endBytes)]).subarray(-endBytes);
    if (this.#extract.write(chunk)) return;
    // What goes wrong meanwhile is said by #reading, in our words.
    const drained = once(this.#extract, 'drain').catch(() => this.#reading);
    await Promise.race([drained, this.#reading]);
  }

  /** Resolves once all is known to be whole. */
  async end(): Promise<BackupManifest> {
    this.#extract.end(undefined);
    const manifest = await this.#reading;
    if (this.#bytes % 512 !== 0 || this.#tail.length < endBytes || this.#tail.some((byte) => byte !== 0))
      throw damaged('its end is missing', null);
    return manifest;
  }

  /** Lets go of what was not read to its end. */
  dispose(): void {
    this.#extract.destroy();
  }

  async #read(): Promise<BackupManifest> {
    let manifest: BackupManifest | null = null;
    let isComplete = false;
    try {
      for await (const entry of this.#extract) {
        const { name } = entry.header;
        if (isComplete) throw damaged(`${name} comes after its end`, name);
        if (entry.header.type !== 'file') throw damaged(`${name} is no file`, name);
        if (this.#members.has(name)) throw damaged(`${name} is in it twice`, name);
        if (!manifest && name !== manifestMember) throw damaged(`it begins with ${name}`, name);
        if (name === manifestMember) manifest = toManifest(await this.#readJson(entry));
        else if (name === checksumsMember) {
          this.#compare(parse(backupChecksums, await this.#readJson(entry), name));
          isComplete = true;
        } else await this.#pass(entry);
      }
    } catch (error) {
      throw error instanceof LabError ? error : damaged(messageOf(error), null, error);
    }
    if (!manifest || !isComplete) throw damaged('it is cut: checksums.json is missing', checksumsMember);
    return manifest;
  }

  async #pass(entry: Entry, keep?: Buffer[]): Promise<void> {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of entry as AsyncIterable<Buffer>) {
      hash.update(chunk);
      keep?.push(chunk);
      bytes += chunk.length;
    }
    this.#members.set(entry.header.name, { sha256: hash.digest('hex'), bytes });
  }

  async #readJson(entry: Entry): Promise<unknown> {
    const { name, size } = entry.header;
    if (size > maxJsonBytes) throw damaged(`${name} is too large`, name);
    const chunks: Buffer[] = [];
    await this.#pass(entry, chunks);
    try {
      return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch (error) {
      throw damaged(`${name} is no JSON`, name, error);
    }
  }

  #compare(expected: z.infer<typeof backupChecksums>): void {
    const wanted = new Set([manifestMember, ...dataMembers, ...Object.keys(expected)]);
    for (const name of wanted) if (!this.#members.has(name)) throw damaged(`${name} is missing`, name);
    for (const [name, found] of this.#members) {
      if (name === checksumsMember) continue;
      const should = Object.hasOwn(expected, name) ? expected[name] : undefined;
      if (!should || should.sha256 !== found.sha256 || should.bytes !== found.bytes)
        throw damaged(`${name} is not what was written`, name);
    }
  }
}

function toManifest(document: unknown): BackupManifest {
  const format =
    typeof document === 'object' && document !== null && 'format' in document ? document.format : null;
  if (typeof format === 'number' && format > backupFormat)
    throw new LabError('UNSUPPORTED', `This backup was made by a newer Labdeck (format ${format})`, {
      hint: 'Update Labdeck, then restore it.',
    });
  return parse(backupManifest, document, manifestMember);
}

function parse<T>(schema: z.ZodType<T>, document: unknown, member: string): T {
  const checked = schema.safeParse(document);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw damaged(
    `${member}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not as it should be'}`,
    member,
  );
}

function damaged(what: string, member: string | null, cause?: unknown): LabError {
  return new LabError(
    'DAMAGED',
    `This is no whole backup: ${what}`,
    { hint: 'Use another backup.', details: { member } },
    { cause },
  );
}
