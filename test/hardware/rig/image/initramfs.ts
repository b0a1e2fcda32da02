import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type CpioFile, cpio } from './cpio.ts';

/** What the root file system and the app disk need before they can be mounted. */
const wanted = ['virtio_pci', 'virtio_blk', 'squashfs', 'overlay'];
const folderMode = 0o040755;
const fileMode = 0o100644;
const programMode = 0o100755;

/** An initramfs of busybox, a few modules and `init`. `root` is an unpacked Debian: /boot, /usr/lib/modules, busybox. */
export async function makeInitramfs(root: string, init: string): Promise<Buffer> {
  const [release] = await readdir(path.join(root, 'usr/lib/modules'));
  const modules = path.join(root, 'usr/lib/modules', release ?? 'none');
  const files = inOrder(await readFile(path.join(modules, 'modules.dep'), 'utf8'));
  const folder = (name: string): CpioFile => ({ name, mode: folderMode, data: Buffer.alloc(0) });
  const names = files.map((file) => path.basename(file));
  return cpio([
    ...['bin', 'dev', 'proc', 'modules', 'lower', 'upper', 'root'].map(folder),
    { name: 'bin/busybox', mode: programMode, data: await readFile(path.join(root, 'usr/bin/busybox')) },
    { name: 'init', mode: programMode, data: Buffer.from(init) },
    { name: 'modules/order', mode: fileMode, data: Buffer.from(names.map((name) => `${name}\n`).join('')) },
    ...(await Promise.all(
      files.map(async (file, index) => ({
        name: `modules/${names[index]}`,
        mode: fileMode,
        data: await readFile(path.join(modules, file)),
      })),
    )),
  ]);
}

/** Files of the wanted modules, each after those it needs, from modules.dep (it lists them nearest first). */
function inOrder(dependencies: string): string[] {
  const lines = dependencies.split('\n').map((line) => line.split(/[:\s]+/).filter(Boolean));
  const nameOf = (file = '') => path.basename(file).replace(/\.ko.*$/, '');
  const files = wanted.flatMap((name) => {
    const line = lines.find(([file]) => nameOf(file) === name);
    // Not a module: the kernel has it built in.
    return line === undefined ? [] : line.toReversed();
  });
  return [...new Set(files)];
}
