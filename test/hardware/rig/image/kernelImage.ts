import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';

const maxBytes = 256 * 1024 * 1024;

/**
 * The uncompressed kernel inside a bzImage: without a decompression of its own it starts two seconds sooner in an
 * emulator. Offsets are of Documentation/arch/x86/boot.rst of the Linux kernel.
 */
export function vmlinuxOf(bzImage: Buffer): Buffer {
  if (bzImage.toString('latin1', 0x202, 0x206) !== 'HdrS') throw new Error('this is no bzImage');
  const setupSectors = bzImage[0x1f1] || 4;
  const start = (setupSectors + 1) * 512 + bzImage.readUInt32LE(0x248);
  // The last four bytes tell the size of what it unpacks to.
  const packed = bzImage.subarray(start, start + bzImage.readUInt32LE(0x24c) - 4);
  return unpack(packed);
}

function unpack(packed: Buffer): Buffer {
  const magic = packed.readUInt32BE(0);
  if (magic === 0x7f454c46) return packed;
  if (magic >>> 16 === 0x1f8b) return gunzipSync(packed);
  if (magic === 0xfd377a58) return filter(['xz', '--decompress', '--stdout', '--single-stream'], packed);
  if (magic === 0x28b52ffd) return filter(['zstd', '--decompress', '--stdout'], packed);
  throw new Error(`a kernel packed in an unknown way (it begins with ${magic.toString(16)})`);
}

function filter([program, ...args]: [string, ...string[]], input: Buffer): Buffer {
  const { stdout, status, stderr, error } = spawnSync(program, args, {
    input,
    maxBuffer: maxBytes,
    timeout: 60_000,
  });
  if (error) throw error;
  // What follows the stream's end makes them complain although all of it is there.
  if (stdout.length === 0) throw new Error(`${program} failed (${status}): ${stderr.toString()}`);
  return stdout;
}
