import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';

export interface Holder {
  readonly pid: number;
  readonly command: string;
}

/** What one process has open. */
interface OpenFiles {
  readonly pid: number;
  readonly folder: string;
  readonly fds: readonly string[];
  readonly targets: readonly string[];
}

/** A bench of consoles that opens at once looks once: a look takes tens of milliseconds. */
const scanGoodForMs = 200;

/** Who has which device open, from /proc. */
export class DeviceHolders {
  readonly #procDir: string;
  #scannedAtMs = Number.NEGATIVE_INFINITY;
  #scan: Promise<OpenFiles[]> = Promise.resolve([]);

  constructor(procDir = '/proc') {
    this.#procDir = procDir;
  }

  /**
   * Which other processes have `device` open. Best effort: another user's processes can only be read as root, and
   * one that keeps a pty alive from its other end (socat, a test) is not counted as using it.
   */
  async find(device: string): Promise<Holder[]> {
    const node = await realpath(device).catch(() => device);
    const found = await Promise.all(
      (await this.#openFiles()).map(async ({ pid, folder, fds, targets }): Promise<Holder | null> => {
        if (!(await hasOpen(node, folder, fds, targets))) return null;
        if (await isMasterOf(node, folder, fds, targets)) return null;
        return { pid, command: await commandOf(folder) };
      }),
    );
    return found.filter((holder) => holder !== null);
  }

  #openFiles(): Promise<OpenFiles[]> {
    const nowMs = performance.now();
    if (nowMs - this.#scannedAtMs > scanGoodForMs) {
      this.#scannedAtMs = nowMs;
      this.#scan = scanProcesses(this.#procDir);
    }
    return this.#scan;
  }
}

async function scanProcesses(procDir: string): Promise<OpenFiles[]> {
  const pids = (await readdir(procDir).catch(() => [])).filter((name) => /^\d+$/.test(name));
  return await Promise.all(
    pids
      .filter((pid) => Number(pid) !== process.pid)
      .map(async (pid) => {
        const folder = `${procDir}/${pid}`;
        const fds = await readdir(`${folder}/fd`).catch(() => []);
        const targets = await Promise.all(fds.map((fd) => readlink(`${folder}/fd/${fd}`).catch(() => '')));
        return { pid: Number(pid), folder, fds, targets };
      }),
  );
}

/** By inode, too: in a container's own devpts another pty has the same name. */
async function hasOpen(
  node: string,
  folder: string,
  fds: readonly string[],
  targets: readonly string[],
): Promise<boolean> {
  const fd = fds[targets.indexOf(node)];
  if (fd === undefined) return false;
  const [theirs, ours] = await Promise.all([
    stat(`${folder}/fd/${fd}`).catch(() => null),
    stat(node).catch(() => null),
  ]);
  return theirs === null || ours === null || (theirs.dev === ours.dev && theirs.ino === ours.ino);
}

async function isMasterOf(
  node: string,
  folder: string,
  fds: readonly string[],
  targets: readonly string[],
): Promise<boolean> {
  const index = /^\/dev\/pts\/(\d+)$/.exec(node)?.[1];
  if (index === undefined) return false;
  for (const [at, fd] of fds.entries()) {
    if (!targets[at]?.endsWith('ptmx')) continue;
    const info = await readFile(`${folder}/fdinfo/${fd}`, 'utf8').catch(() => '');
    if (new RegExp(`^tty-index:\\s*${index}$`, 'm').test(info)) return true;
  }
  return false;
}

async function commandOf(folder: string): Promise<string> {
  const argv = await readFile(`${folder}/cmdline`, 'utf8').catch(() => '');
  const line = argv.replaceAll('\0', ' ').trim();
  return line || (await readFile(`${folder}/comm`, 'utf8').catch(() => 'unknown')).trim();
}
