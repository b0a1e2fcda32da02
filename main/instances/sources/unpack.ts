import { chmod, link, mkdir, open, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { errnoOf, messageOf } from '../../base/errno.ts';
import { LabError } from '../../contract/labError.ts';
import { limitBytes } from './limitBytes.ts';
import { findEscape } from './links.ts';

export interface UnpackLimits {
  /** Of the tar itself, headers and all, in bytes. */
  readonly maxBytes: number;
  readonly maxMembers: number;
}

/** A LAVA tree is some 30 MB in 3,000 files; more than this is a bomb or a mistake. */
export const treeLimits: UnpackLimits = { maxBytes: 2 * 1024 ** 3, maxMembers: 200_000 };
const maxPathBytes = 4096;

export interface UnpackOptions {
  /** Left out: `treeLimits`. */
  readonly limits?: UnpackLimits;
  /** Where people gave it. */
  readonly field: string;
  readonly signal?: AbortSignal;
  /**
   * Links that lead out of the tree. In a repository they may mean files of the image the tree is for, and nothing
   * here follows them; in an archive they mean harm. Refused unless told.
   */
  readonly outwardLinks?: 'refuse' | 'keep';
}

/**
 * Unpacks a tar nobody vouches for into `dir`, which must be new and empty. Everything is checked before it is
 * written, so nothing ever gets outside: absolute paths, `..`, links that lead out, devices and too much of anything
 * are refused with LabError BAD_REQUEST, a torn archive with DAMAGED, a full disk with DISK_FULL. Owners and set-id bits are not taken over.
 */
export async function unpackTar(tar: Readable, dir: string, options: UnpackOptions): Promise<void> {
  const limits = options.limits ?? treeLimits;
  const refuse = (message: string) =>
    new LabError('BAD_REQUEST', message, { hint: 'It is no LAVA source tree.', field: options.field });
  const unpacker = new Unpacker(dir, limits, options.outwardLinks === 'keep', refuse);
  const tooLarge = () => refuse(`It unpacks to more than ${limits.maxBytes / 1024 ** 2} MiB`);
  const members = extract();
  const reading = pipeline(tar, limitBytes(limits.maxBytes, tooLarge), members, {
    ...(options.signal ? { signal: options.signal } : {}),
  });
  // The loop below sees the failure too; whichever comes first is the one reported.
  reading.catch(() => {});
  try {
    for await (const member of members) await unpacker.add(member.header, member);
    await reading;
    await unpacker.link();
  } catch (error) {
    members.destroy();
    await reading.catch(() => {});
    options.signal?.throwIfAborted();
    throw toLabError(error, options.field);
  }
}

type MemberContent = AsyncIterable<unknown> & { resume(): unknown };

class Unpacker {
  readonly #dir: string;
  readonly #limits: UnpackLimits;
  readonly #keepsOutward: boolean;
  readonly #refuse: (message: string) => LabError;
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #links = new Map<string, string>();
  #made = 0;

  constructor(
    dir: string,
    limits: UnpackLimits,
    keepsOutward: boolean,
    refuse: (message: string) => LabError,
  ) {
    this.#dir = dir;
    this.#limits = limits;
    this.#keepsOutward = keepsOutward;
    this.#refuse = refuse;
  }

  async add(header: Header, content: MemberContent): Promise<void> {
    this.#count();
    const name = this.#inside(header.name);
    if (header.type === 'file' || header.type === 'contiguous-file') return this.#file(name, header, content);
    content.resume();
    if (header.type === 'directory') await this.#folder(name);
    else if (header.type === 'symlink') await this.#symlink(name, header.linkname);
    else if (header.type === 'link') await this.#hardlink(name, header.linkname);
    else throw this.#refuse(`${shown(name)} is a ${header.type ?? 'thing of an unknown kind'}`);
  }

  /** Links come last of all: while files were written there was none to write through. */
  async link(): Promise<void> {
    const leading = this.#keepsOutward ? null : findEscape(this.#links);
    if (leading !== null) throw this.#refuse(`${shown(leading)} is a link that leads out of the archive`);
    for (const [name, target] of this.#links) await symlink(target, path.join(this.#dir, name));
  }

  async #file(name: string, header: Header, content: MemberContent): Promise<void> {
    if (name === '') throw this.#refuse('It has a file without a name');
    await this.#folder(path.posix.dirname(name));
    const mode = header.mode & 0o111 ? 0o755 : 0o644;
    // 'wx': a name that comes twice, or is a link's, ends it here instead of replacing something.
    const file = await open(path.join(this.#dir, name), 'wx', mode);
    try {
      // Not by a pipeline: one never ends where the member broke off before it was attached.
      for await (const bytes of content) await file.writeFile(bytes as Uint8Array);
      // The mode above has passed through the umask, and whoever reads it in the image is not this user.
      await file.chmod(mode);
    } finally {
      await file.close();
    }
    this.#files.add(name);
  }

  async #folder(name: string): Promise<void> {
    if (name === '' || name === '.' || this.#folders.has(name)) return;
    await this.#folder(path.posix.dirname(name));
    this.#count();
    await mkdir(path.join(this.#dir, name));
    await chmod(path.join(this.#dir, name), 0o755);
    this.#folders.add(name);
  }

  /** Also of folders that are only implied: a short name can imply hundreds. */
  #count(): void {
    this.#made += 1;
    if (this.#made > this.#limits.maxMembers)
      throw this.#refuse(`It has more than ${this.#limits.maxMembers} members`);
  }

  async #symlink(name: string, target: string): Promise<void> {
    if (name === '' || target === '' || target.includes('\0') || Buffer.byteLength(target) > maxPathBytes)
      throw this.#refuse('It has a broken link');
    if (this.#links.has(name)) throw this.#refuse(`${shown(name)} comes twice`);
    this.#links.set(name, target);
    await this.#folder(path.posix.dirname(name));
  }

  async #hardlink(name: string, target: string): Promise<void> {
    const from = this.#inside(target);
    if (!this.#files.has(from)) throw this.#refuse(`${shown(name)} is a link to what is not in the archive`);
    await this.#folder(path.posix.dirname(name));
    await link(path.join(this.#dir, from), path.join(this.#dir, name));
    this.#files.add(name);
  }

  /** The member's path in the folder, without `.` and empty steps. */
  #inside(name: string): string {
    if (name.includes('\0') || Buffer.byteLength(name) > maxPathBytes)
      throw this.#refuse('It has a member whose name no file can have');
    const steps = name.split('/').filter((step) => step !== '' && step !== '.');
    if (name.startsWith('/') || steps.includes('..'))
      throw this.#refuse(`${shown(name)} would be written outside of its folder`);
    return steps.join('/');
  }
}

const shown = (name: string) => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);

function toLabError(error: unknown, field: string): unknown {
  if (error instanceof LabError) return error;
  const errno = errnoOf(error);
  const options = { cause: error };
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new LabError(
      'DISK_FULL',
      'No space left to unpack the source',
      { hint: 'Free some disk space.' },
      options,
    );
  if (errno === 'ENAMETOOLONG')
    return new LabError('BAD_REQUEST', 'It has a member whose name no file can have', { field }, options);
  if (errno === 'EEXIST' || errno === 'ENOTDIR' || errno === 'EISDIR')
    return new LabError(
      'BAD_REQUEST',
      'It has two members of one name',
      { hint: 'It is no LAVA source tree.', field },
      options,
    );
  // Anything the system has a name for is this machine's fault, not the archive's.
  if (errno !== undefined && /^E[A-Z]+$/.test(errno)) return error;
  return new LabError(
    'DAMAGED',
    `The archive cannot be read: ${messageOf(error)}`,
    { hint: 'Get it again: it is cut short or no archive.', field },
    options,
  );
}
