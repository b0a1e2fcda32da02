import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readHostApt } from '../../../../main/instances/images/hostApt.ts';
import { answers } from '../../../../main/instances/images/webProbe.ts';
import { runProgram } from '../../../../main/instances/sources/index.ts';

const bootstrapMs = 15 * 60_000;
const graceMs = 15_000;
const probeMs = 5000;
const defaultSuite = 'bookworm';

/** The kernel that is not for the cloud: that one has no USB modules. */
const packages = [
  'linux-image-amd64',
  'udev',
  'kmod',
  'uhubctl',
  'usbutils',
  'socat',
  'procps',
  // It switches hubs (resources/usb).
  'python3',
  'busybox-static',
  // The host's Node is linked with it.
  'libstdc++6',
];

/** Of the kernel's modules only these: with all of them the image is twice as large. */
const moduleFolders = [
  'block',
  'drivers/block',
  'drivers/char',
  'drivers/hid',
  'drivers/input',
  'drivers/net/*.ko*',
  'drivers/scsi',
  'drivers/usb',
  'drivers/virtio',
  'crypto',
  'fs/ext4',
  'fs/fat',
  'fs/jbd2',
  'fs/nls',
  'fs/overlayfs',
  'fs/squashfs',
  'fs/mbcache.ko*',
  'lib',
  'net/core',
];

const dpkgOptions = [
  'force-unsafe-io',
  'path-exclude=/usr/share/doc/*',
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/lib/modules/*/kernel/*',
  ...moduleFolders.map(
    (name) => `path-include=/lib/modules/*/kernel/${name.includes('.ko') ? name : `${name}/*`}`,
  ),
];

/** An ordinary user, who is in no group a port could belong to. */
const hooks = ['chroot "$1" useradd --create-home --shell /bin/sh bench'];

/** All a Debian for the guest is made of but the day it was made. */
export async function debianIngredients(): Promise<unknown> {
  return { suite: await hostSuite(), packages, dpkgOptions, hooks };
}

/** Makes a small Debian with a whole kernel from where this machine's own packages come; resolves with its tar. */
export async function bootstrapDebian(dir: string): Promise<string> {
  const suite = await hostSuite();
  const apt = await readHostApt();
  const archive = await archiveWith(suite, apt.archives);
  const tar = path.join(dir, 'root.tar');
  const options = [
    ...apt.settings.map((line) => `--aptopt=${line.replace(/;$/, '')}`),
    '--aptopt=Apt::Install-Recommends "false"',
    ...dpkgOptions.map((option) => `--dpkgopt=${option}`),
    ...hooks.map((hook) => `--customize-hook=${hook}`),
  ];
  await runProgram(
    [
      'mmdebstrap',
      ...['--variant=minbase', `--include=${packages.join(',')}`, ...options, suite, tar],
      ...(archive === undefined ? [] : [archive]),
    ],
    { timeoutMs: bootstrapMs, graceMs, env: environment(dir) },
  );
  return tar;
}

/** This machine's own where it is a Debian, since its archive is known to answer. */
async function hostSuite(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const isDebian = /^ID=debian$/m.test(text);
  return (isDebian && /^VERSION_CODENAME=(\w+)$/m.exec(text)?.[1]) || defaultSuite;
}

/** The first of this machine's archives that has the suite; undefined: mmdebstrap's own choice. */
async function archiveWith(suite: string, archives: readonly string[]): Promise<string | undefined> {
  const release = (archive: string) => `${archive.replace(/\/+$/, '')}/dists/${suite}/InRelease`;
  const has = await Promise.all(archives.map((archive) => answers(release(archive), 'success', probeMs)));
  return archives.find((_, index) => has[index]);
}

function environment(dir: string): NodeJS.ProcessEnv {
  const searchPath = `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/local/sbin:/usr/sbin:/sbin`;
  // The image boots with an initramfs of its own: making Debian's takes half a minute for nothing.
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: searchPath, LC_ALL: 'C.UTF-8', INITRD: 'No' };
  // As an ordinary user it works under other user ids, which cannot enter our folder.
  if (process.getuid?.() === 0) env.TMPDIR = dir;
  return env;
}
