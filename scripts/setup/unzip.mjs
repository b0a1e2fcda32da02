import { mkdir, open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

// Bare machines have no unzip. This reads what Electron's archives use: stored and deflated entries, no ZIP64.
// Format: PKWARE APPNOTE 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endSize = 22;
const maxCommentSize = 0xffff;
const inflate = promisify(inflateRaw);

/** @typedef {{ name: string, method: number, packedSize: number, offset: number, mode: number }} ZipEntry */

/**
 * Unpacks a zip archive, keeping executable bits.
 * @param {string} archive
 * @param {string} folder created when missing
 * @param {(name: string) => string | undefined} placeOf where to put an entry, relative to `folder`; undefined leaves it out
 */
export async function unzip(archive, folder, placeOf) {
  const file = await open(archive, 'r');
  try {
    for (const entry of await readDirectory(file)) {
      const place = placeOf(entry.name);
      if (place === undefined || entry.name.endsWith('/')) continue;
      const path = join(folder, place);
      if (!path.startsWith(join(folder, '/'))) throw new Error(`${archive}: ${entry.name} points outside`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, await readEntry(file, entry), { mode: entry.mode });
    }
  } finally {
    await file.close();
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} position
 * @param {number} length bytes
 */
async function readAt(file, position, length) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead !== length) throw new Error('the zip archive is cut short');
  return buffer;
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @returns {Promise<ZipEntry[]>}
 */
async function readDirectory(file) {
  const { size } = await file.stat();
  const tailSize = Math.min(size, endSize + maxCommentSize);
  const tail = await readAt(file, size - tailSize, tailSize);
  let end = tail.length - endSize;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end--;
  if (end < 0) throw new Error('not a zip archive');
  const count = tail.readUInt16LE(end + 10);
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  /** @type {ZipEntry[]} */
  const entries = [];
  for (let at = 0, i = 0; i < count; i++) {
    if (directory.readUInt32LE(at) !== entrySignature) throw new Error('the zip directory is damaged');
    const nameSize = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameSize),
      method: directory.readUInt16LE(at + 10),
      packedSize: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
      // The upper half holds the Unix mode; archives made elsewhere have none.
      mode: (directory.readUInt32LE(at + 38) >>> 16) & 0o777 || 0o644,
    });
    at += 46 + nameSize + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {ZipEntry} entry
 */
async function readEntry(file, entry) {
  const header = await readAt(file, entry.offset, 30);
  const dataAt = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await readAt(file, dataAt, entry.packedSize);
  if (entry.method === 0) return packed;
  if (entry.method === 8) return inflate(packed);
  throw new Error(`${entry.name}: compression method ${entry.method} is not supported`);
}
