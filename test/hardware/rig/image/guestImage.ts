import { createReadStream } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../../../../main/instances/sources/index.ts';
import { cachedFolder } from './cache.ts';
import { bootstrapDebian, debianIngredients } from './debian.ts';
import { makeInitramfs } from './initramfs.ts';
import { vmlinuxOf } from './kernelImage.ts';

const packMs = 5 * 60_000;
const unusedMs = 14 * 24 * 60 * 60_000;
/** Grows when the steps below change what they make. */
const recipeVersion = 1;
const initFile = path.join(import.meta.dirname, '../../guest/init.sh');

/** What a guest boots from; never written to. */
export interface GuestImage {
  readonly kernel: string;
  readonly initramfs: string;
  /** A squashfs. */
  readonly rootDisk: string;
}

/** From the cache, or made: that takes about a minute and packages from this machine's archive. */
export async function guestImage(): Promise<GuestImage> {
  if (process.arch !== 'x64')
    throw new Error(`the guest is an x86-64 machine, and Node here is ${process.arch}`);
  const init = await readFile(initFile, 'utf8');
  const ingredients = { recipeVersion, init, debian: await debianIngredients() };
  const folder = await cachedFolder({ kind: 'image', ingredients, unusedMs }, (dir) => make(dir, init));
  return {
    kernel: path.join(folder, 'vmlinux'),
    initramfs: path.join(folder, 'initramfs'),
    rootDisk: path.join(folder, 'root.squashfs'),
  };
}

async function make(dir: string, init: string): Promise<void> {
  const tar = await bootstrapDebian(dir);
  const root = path.join(dir, 'unpacked');
  await runProgram(
    [
      'tar',
      '-xf',
      tar,
      '-C',
      dir,
      '--transform',
      's,^\\./,unpacked/,',
      ...['./boot', './usr/lib/modules', './usr/bin/busybox'],
    ],
    { timeoutMs: packMs },
  );
  const [kernel] = (await readdir(path.join(root, 'boot'))).filter((name) => name.startsWith('vmlinuz-'));
  const bzImage = await readFile(path.join(root, 'boot', kernel ?? 'vmlinuz'));
  await writeFile(path.join(dir, 'vmlinux'), vmlinuxOf(bzImage));
  await writeFile(path.join(dir, 'initramfs'), await makeInitramfs(root, init));
  await runProgram(
    [
      'mksquashfs',
      '-',
      path.join(dir, 'root.squashfs'),
      '-tar',
      '-comp',
      'lz4',
      '-noappend',
      '-quiet',
      '-no-progress',
    ],
    { timeoutMs: packMs, stdin: createReadStream(tar) },
  );
  await rm(tar);
  await rm(root, { recursive: true });
}
