import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { exec, tailOf } from '../base/exec.mjs';
import { RunnerError } from '../base/runnerError.mjs';
import { debArchitecture, debControl } from './debControl.mjs';
import { folderKb } from './folderKb.mjs';

// electron-builder makes .debs with a tool it downloads. Where that can't be had, dpkg's own tool does as well.

const timeoutMs = 10 * 60_000;
const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512];

// Without udev (a container) there is nothing to reload.
const postinst = `#!/bin/sh
set -e
if [ "$1" = configure ] && command -v udevadm >/dev/null; then
  udevadm control --reload || true
  udevadm trigger --subsystem-match=tty --subsystem-match=usb --action=change || true
fi
`;

const postrm = `#!/bin/sh
set -e
if command -v udevadm >/dev/null; then
  udevadm control --reload || true
fi
`;

/**
 * Makes a .deb of an unpacked application: the program in /usr/lib/labdeck, its command, desktop entry, icons,
 * AppStream data and udev rules.
 * @param {string} root the checkout
 * @param {string} appFolder from electron-builder's `dir` target
 * @param {string} target the .deb to write
 * @param {string} [remark] put in front of the description
 */
export async function makeDeb(root, appFolder, target, remark) {
  const tree = await mkdtemp(join(tmpdir(), 'labdeck-deb-'));
  try {
    // mkdtemp makes it private; in the package it becomes the root folder.
    await chmod(tree, 0o755);
    await fill(root, appFolder, tree);
    await writeControl(root, tree, remark);
    // Root's files without being root; gzip opens everywhere and is quick.
    const result = await exec(['dpkg-deb', '--root-owner-group', '-Zgzip', '-z6', '--build', tree, target], {
      timeoutMs,
    });
    if (result.code !== 0) throw new RunnerError(`dpkg-deb failed: ${tailOf(result)}`);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

/** @param {string} root @param {string} appFolder @param {string} tree */
async function fill(root, appFolder, tree) {
  const program = join(tree, 'usr/lib/labdeck');
  await mkdir(dirname(program), { recursive: true });
  await cp(appFolder, program, { recursive: true });
  // Where a kernel or AppArmor forbids unprivileged namespaces, Chromium's sandbox needs its setuid helper.
  await chmod(join(program, 'chrome-sandbox'), 0o4755);
  await mkdir(join(tree, 'usr/bin'), { recursive: true });
  await symlink('../lib/labdeck/labdeck', join(tree, 'usr/bin/labdeck'));
  /** @type {[string, string][]} */
  const files = [
    ['resources/linux/labdeck.desktop', 'usr/share/applications/labdeck.desktop'],
    [
      'resources/linux/io.github.labdeck.Labdeck.metainfo.xml',
      'usr/share/metainfo/io.github.labdeck.Labdeck.metainfo.xml',
    ],
    ['resources/udev/60-labdeck.rules', 'usr/lib/udev/rules.d/60-labdeck.rules'],
    ['resources/icons/labdeck.svg', 'usr/share/icons/hicolor/scalable/apps/labdeck.svg'],
    ['LICENSE', 'usr/share/doc/labdeck/copyright'],
  ];
  for (const size of iconSizes) {
    files.push([
      `resources/icons/${size}x${size}.png`,
      `usr/share/icons/hicolor/${size}x${size}/apps/labdeck.png`,
    ]);
  }
  for (const [from, to] of files) {
    await mkdir(dirname(join(tree, to)), { recursive: true });
    await cp(join(root, from), join(tree, to));
  }
}

/** @param {string} root @param {string} tree @param {string} [remark] */
async function writeControl(root, tree, remark) {
  const app = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const config = /** @type {any} */ (load(await readFile(join(root, 'electron-builder.yml'), 'utf8')));
  const control = debControl({
    name: app.name,
    version: app.version,
    architecture: debArchitecture(process.arch),
    maintainer: config.linux.maintainer,
    homepage: app.homepage,
    summary: config.linux.synopsis,
    description: [remark, app.description].filter(Boolean).join('\n'),
    depends: config.deb.depends,
    recommends: config.deb.recommends,
    installedKb: await folderKb(tree),
  });
  const folder = join(tree, 'DEBIAN');
  await mkdir(folder);
  await writeFile(join(folder, 'control'), control);
  await writeFile(join(folder, 'postinst'), postinst, { mode: 0o755 });
  await writeFile(join(folder, 'postrm'), postrm, { mode: 0o755 });
}
