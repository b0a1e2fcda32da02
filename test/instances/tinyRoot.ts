import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';

const applets =
  'sh cat echo sleep true false kill ps stty id head test env ls touch mkdir rm hostname ulimit nc'.split(
    ' ',
  );

/**
 * A root file system of 20 MB in a tar file: busybox, and this machine's python3 with as much of its library as a
 * terminal needs. Needs the Debian packages busybox-static and python3.
 */
export function makeTinyRoot(folder: string): string {
  const root = path.join(folder, 'root');
  for (const name of ['bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'usr/bin'])
    mkdirSync(path.join(root, name), { recursive: true });
  copyFileSync('/bin/busybox', path.join(root, 'bin/busybox'));
  for (const applet of applets) symlinkSync('busybox', path.join(root, 'bin', applet));
  addPython(root);
  const tar = path.join(folder, 'root.tar');
  execFileSync('tar', ['--owner=0', '--group=0', '-C', root, '-cf', tar, '.']);
  return tar;
}

function addPython(root: string): void {
  const python = realpathSync('/usr/bin/python3');
  copyFileSync(python, path.join(root, 'usr/bin/python3'));
  const libraries = execFileSync('ldd', [python], { encoding: 'utf8' });
  for (const [library] of libraries.matchAll(/\/\S+/g)) {
    mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
    copyFileSync(realpathSync(library), path.join(root, library));
  }
  const from = `/usr/lib/${path.basename(python)}`;
  const to = path.join(root, from);
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name.endsWith('.py')) copyFileSync(path.join(from, name), path.join(to, name));
  }
  for (const name of ['encodings', 'collections', 'importlib', 're', 'lib-dynload'])
    cpSync(path.join(from, name), path.join(to, name), { recursive: true });
}
