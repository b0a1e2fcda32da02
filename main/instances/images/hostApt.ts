import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram, runProgram } from '../sources/index.ts';
import { archivesInList, archivesInStanzas } from './aptSources.ts';

/** What this machine's own apt knows about fetching packages; it is right for the image, too. */
export interface HostApt {
  /** Archives in its order, each once; they may be of another distribution. */
  readonly archives: readonly string[];
  /** Lines for a file in apt.conf.d; empty where nothing is out of the ordinary. */
  readonly settings: readonly string[];
}

/** Settings without which nothing could be fetched here: an archive frozen in time, and a proxy. */
const handedOn = ['Acquire::Check-Valid-Until', 'Acquire::http::Proxy', 'Acquire::https::Proxy'];
const configMs = 10_000;

/** Never rejects: a machine without apt has none of it. */
export async function readHostApt(aptDir = '/etc/apt', signal?: AbortSignal): Promise<HostApt> {
  const [archives, settings] = await Promise.all([readArchives(aptDir), readSettings(signal)]);
  return { archives, settings };
}

async function readArchives(aptDir: string): Promise<string[]> {
  const parts = await readdir(path.join(aptDir, 'sources.list.d')).catch(() => []);
  const files = ['sources.list', ...parts.sort().map((name) => path.join('sources.list.d', name))];
  const found = await Promise.all(
    files.map(async (name) => {
      const text = await readFile(path.join(aptDir, name), 'utf8').catch(() => '');
      if (name.endsWith('.sources')) return archivesInStanzas(text);
      return name.endsWith('.list') ? archivesInList(text) : [];
    }),
  );
  return [...new Set(found.flat())];
}

async function readSettings(signal: AbortSignal | undefined): Promise<string[]> {
  if ((await findProgram('apt-config')) === null) return [];
  const options = { timeoutMs: configMs, ...(signal ? { signal } : {}) };
  const dump = await runProgram(['apt-config', 'dump'], options).catch(() => '');
  return settingsIn(dump);
}

/** The lines of `apt-config dump` an image needs. A proxy on this machine itself is out of a container's reach. */
export function settingsIn(dump: string): string[] {
  return dump.split('\n').filter((line) => {
    const [, name = '', value = ''] = /^([\w:-]+) "([^"\\]*)";$/.exec(line) ?? [];
    const isHere = /\/\/(localhost|127\.|\[::1\])/i.test(value);
    return handedOn.some((wanted) => wanted.toLowerCase() === name.toLowerCase()) && value !== '' && !isHere;
  });
}
