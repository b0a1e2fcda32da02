import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fail } from '../../contract/labError.ts';

/** What every LAVA has had since 2020; the recipe puts all of them in place of the packaged ones. */
const packages = [
  'lava_common',
  'lava_dispatcher',
  'lava_rest_app',
  'lava_results_app',
  'lava_scheduler_app',
  'lava_server',
  'linaro_django_xmlrpc',
];
/** Where device types are: of newer and of older trees. */
const shares = ['share', 'etc/dispatcher-config'];

/**
 * The top of the LAVA tree in a folder: itself, or the only folder in it, as archives have. Rejects with LabError
 * BAD_REQUEST, naming what is missing and the input `field` it came from.
 */
export async function findLavaTree(dir: string, field: string): Promise<string> {
  const names = await readdir(dir);
  const only = names.length === 1 && names[0] !== undefined ? path.join(dir, names[0]) : dir;
  const top = (await isFolder(only)) && !names.includes('lava_server') ? only : dir;
  const missing: string[] = [];
  for (const name of packages) if (!(await isFolder(path.join(top, name)))) missing.push(name);
  const found = await Promise.all(shares.map((name) => isFolder(path.join(top, name))));
  if (!found.includes(true)) missing.push(shares.join(' or '));
  if (missing.length === 0) return top;
  const hint =
    'Give the source of LAVA itself (lava_server, lava_dispatcher ...), not of a part or a package.';
  return fail('BAD_REQUEST', `This is no LAVA source tree: it has no ${missing.join(', ')}`, hint, { field });
}

/** What a release says of itself; null: it is a bare checkout. */
export async function versionOfTree(tree: string): Promise<string | null> {
  const text = await readFile(path.join(tree, 'lava_common', 'VERSION'), 'utf8').catch(() => '');
  return asVersion(text.trim());
}

/** The version in an archive's or its folder's name: `lava-2026.09.tar.gz`; null: it has none. */
export function versionInName(name: string): string | null {
  const stem = name.replace(/\.(tar(\.\w+)?|t[gx]z|tbz2?)$/, '').replace(/\.orig$/, '');
  return asVersion(/(?:^|[-_])v?(\d{4}\.\d{1,2}[.\w+~-]*)$/.exec(stem)?.[1] ?? '');
}

/** It goes into a file of the image and onto the screen: nothing else may be in it. */
function asVersion(text: string): string | null {
  return /^\d[\w.+~-]{0,99}$/.test(text) ? text : null;
}

function isFolder(name: string): Promise<boolean> {
  return stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
