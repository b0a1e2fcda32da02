import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pidsRootedIn, pidsWithVariable } from './processTrees.ts';

const run = promisify(execFile);

/** As podman's own temporary files: on a disk, where /tmp may be memory. */
const parent = '/var/tmp';
const prefix = 'labdeck-bench-';
const configName = 'storage.conf';
const commandMs = 120_000;
/** What builds takes down its mounts before it goes. */
const endMs = 15_000;
const removeTries = 20;
const retryMs = 250;

/**
 * A podman store and a folder for all that uses it. Nothing in it was there before, what is left in it was left by
 * what was measured, and whatever else podman does on this machine is not touched when all of it goes.
 */
export class BenchStore {
  readonly folder: string;
  /** Of everything that is to use this store. */
  readonly env: NodeJS.ProcessEnv;
  #disposal: Promise<void> | null = null;

  private constructor(folder: string) {
    this.folder = folder;
    this.env = {
      ...process.env,
      LC_ALL: 'C',
      CONTAINERS_STORAGE_CONF: join(folder, configName),
      TMPDIR: join(folder, 'tmp'),
    };
  }

  /** Rejects where podman is not installed, or would use another store than this one. */
  static async make(): Promise<BenchStore> {
    // The number tells a later run whether whoever made it is still there to remove it.
    const store = new BenchStore(mkdtempSync(join(parent, `${prefix}${process.pid}-`)));
    const { folder } = store;
    mkdirSync(join(folder, 'tmp'));
    const lines = [
      '[storage]',
      'driver = "overlay"',
      `graphroot = "${folder}/store"`,
      `runroot = "${folder}/run"`,
    ];
    writeFileSync(store.#config, `${lines.join('\n')}\n`);
    try {
      await store.#requireOwn();
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    return store;
  }

  /** Removes what runs left behind that were killed. */
  static async sweep(): Promise<void> {
    for (const name of readdirSync(parent)) {
      const [, pid] = new RegExp(`^${prefix}(\\d+)-\\w{6}$`).exec(name) ?? [];
      if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
      const folder = join(parent, name);
      if (statSync(folder).uid !== process.getuid?.()) continue;
      const store = new BenchStore(folder);
      await store.#endUsers();
      await store.dispose();
    }
  }

  /** Lines it prints. Rejects when it fails. */
  async podman(...args: string[]): Promise<string[]> {
    const { stdout } = await run('podman', args, { env: this.env, timeout: commandMs, cwd: '/' });
    return stdout.split('\n').filter((line) => line !== '');
  }

  async containersAndVolumes(): Promise<string[]> {
    return [
      ...(await this.podman('ps', '--all', '--external', '--format', 'container {{.Names}}')),
      ...(await this.podman('volume', 'ls', '--format', 'volume {{.Name}}')),
    ];
  }

  /** Images with and without a name, and what is on the disk for them, whatever podman says. */
  async imagesAndLayers(): Promise<string[]> {
    const store = join(this.folder, 'store');
    const layers = join(store, 'overlay-layers', 'layers.json');
    const known = existsSync(layers) ? (JSON.parse(readFileSync(layers, 'utf8')) as { id: string }[]) : [];
    const folders = readdirSync(join(store, 'overlay'), { withFileTypes: true });
    return [
      ...(await this.podman('images', '--all', '--format', 'image {{.ID}}')),
      ...known.map(({ id }) => `layer ${id}`),
      // `l` has short names for the layers.
      ...folders.flatMap(({ name }) => (/^[0-9a-f]{64}$/.test(name) ? [`folder ${name}`] : [])),
    ];
  }

  /** Ends what runs in containers and build steps; podman then cleans up after them as after any that ended. */
  endSteps(): number {
    const pids = pidsRootedIn(this.folder);
    for (const pid of pids) signal(pid, 'SIGKILL');
    return pids.length;
  }

  /** Ends all that runs in it and removes it all. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  }

  async #dispose(): Promise<void> {
    for (let left = removeTries; existsSync(this.#config); left -= 1) {
      try {
        await this.#removeAll();
      } catch (error) {
        // Something that was just ended may still be putting things there.
        if (left <= 1) throw error;
        await sleep(retryMs);
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends a script or a Labdeck whose bench was killed: they go on without it. */
  async #endUsers(): Promise<void> {
    const users = () => pidsWithVariable('CONTAINERS_STORAGE_CONF', this.#config);
    for (const pid of users()) signal(pid, 'SIGTERM');
    for (let leftMs = endMs; users().length > 0 && leftMs > 0; leftMs -= retryMs) await sleep(retryMs);
    for (const pid of users()) signal(pid, 'SIGKILL');
  }

  async #removeAll(): Promise<void> {
    // Removing everything from the wrong store would be a disaster.
    await this.#requireOwn();
    this.endSteps();
    const containers = await this.podman('ps', '--all', '--external', '--quiet', '--no-trunc');
    if (containers.length > 0) await this.podman('rm', '--force', '--time', '0', ...containers);
    const volumes = await this.podman('volume', 'ls', '--quiet');
    if (volumes.length > 0) await this.podman('volume', 'rm', '--force', ...volumes);
    // As an ordinary user most files belong to users only podman can become.
    if (process.getuid?.() !== 0) await this.podman('unshare', 'rm', '-rf', `${this.folder}/store`);
    await this.#unmount();
    for (const name of readdirSync(this.folder))
      if (name !== configName) rmSync(join(this.folder, name), { recursive: true, force: true });
    // Last: without it podman would be at the store of everybody.
    rmSync(this.#config, { force: true });
  }

  async #unmount(): Promise<void> {
    const points = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map(mountPoint);
    // Those mounted last lie within others.
    for (const point of points.filter((path) => path.startsWith(`${this.folder}/`)).reverse())
      await run('umount', [point], { timeout: commandMs });
  }

  get #config(): string {
    return join(this.folder, configName);
  }

  async #requireOwn(): Promise<void> {
    const [root] = await this.podman('info', '--format', '{{.Store.GraphRoot}}');
    if (root !== join(this.folder, 'store'))
      throw new Error(`podman does not keep to the store it was told: it uses ${root}`);
  }
}

const mountPoint = (line: string) => line.split(' ')[4] ?? '';

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
