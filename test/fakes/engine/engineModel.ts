import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Emitter } from '../../../main/base/emitter.ts';
import type { ContainerSpec, EngineEvent, Labels } from '../../../main/instances/engine/engine.ts';
import { Complaint, says, type Words } from './complaint.ts';
import { FakeInstance } from './fakeInstance.ts';
import { Faults } from './faults.ts';
import type { LavaData, LavaRelease } from './lavaModel.ts';
import type { Io } from './miniShell.ts';
import { closePorts, type OpenPort, openPorts } from './modelPorts.ts';
import { runIn } from './modelPrograms.ts';

export interface ModelImage {
  readonly id: string;
  readonly references: Set<string>;
  readonly labels: Labels;
  readonly sizeBytes: number;
  readonly createdAtMs: number;
  /** What a container of it runs; null: only what it is told to. May be changed: an image that lies. */
  lava: LavaRelease | null;
}

export interface ModelVolume {
  readonly name: string;
  readonly labels: Labels;
  readonly files: Map<string, Buffer>;
  /** What an instance keeps there; `foreign`: something no image understands. */
  lava: LavaData | 'foreign' | null;
}

export interface ModelContainer {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly image: ModelImage;
  readonly files: Map<string, Buffer>;
  readonly processes: Map<number, { readonly argv: readonly string[]; readonly end: AbortController }>;
  state: 'created' | 'running' | 'stopped';
  exitCode: number;
  startedAtMs: number;
  log: string;
  instance: FakeInstance | null;
  ports: OpenPort[];
}

/** How long things take, in milliseconds. Short, so that tests are. */
export interface ModelSpeed {
  /** Of a whole build. */
  readonly buildMs: number;
  readonly pullMs: number;
  /** From the start of a container to a LAVA that answers. */
  readonly bootMs: number;
  readonly migrateMs: number;
  /** How long an instance that gave up stays to be seen. */
  readonly failMs: number;
}

const usualSpeed: ModelSpeed = { buildMs: 50, pullMs: 20, bootMs: 100, migrateMs: 50, failMs: 300 };

/** Images, volumes and containers of one machine, in memory; a container's ports are really listened on. */
export class EngineModel {
  readonly faults = new Faults();
  readonly speed: ModelSpeed;
  readonly images = new Map<string, ModelImage>();
  readonly volumes = new Map<string, ModelVolume>();
  readonly containers = new Map<string, ModelContainer>();
  /** Containers that builds work in. */
  readonly working = new Map<string, string>();
  /** What can be pulled, and the LAVA in it; null: no registry is reachable. */
  registry: Map<string, LavaRelease | null> | null = null;
  /** Where it says that it keeps things: a disk that can be looked at. */
  storageDir = '/';
  readonly #events = new Emitter<EngineEvent>();
  readonly onDidHappen = this.#events.event;
  #nextProcess = 100;

  constructor(speed: Partial<ModelSpeed> = {}) {
    this.speed = { ...usualSpeed, ...speed };
  }

  addImage(image: { labels: Labels; lava: LavaRelease | null; sizeBytes?: number }): ModelImage {
    const made: ModelImage = {
      id: randomBytes(32).toString('hex'),
      references: new Set(),
      labels: image.labels,
      sizeBytes: image.sizeBytes ?? 130_000_000,
      createdAtMs: Date.now(),
      lava: image.lava,
    };
    this.images.set(made.id, made);
    return made;
  }

  /** By id, the beginning of one, or reference. */
  findImage(name: string): ModelImage | null {
    const wanted = name.replace(/^sha256:/, '');
    const withTag = /:[^/]+$/.test(wanted) ? wanted : `${wanted}:latest`;
    for (const image of this.images.values()) {
      if (image.id === wanted || image.references.has(wanted) || image.references.has(withTag)) return image;
      if (wanted.length >= 12 && image.id.startsWith(wanted)) return image;
    }
    return null;
  }

  getImage(name: string): ModelImage {
    return this.findImage(name) ?? complain(says.noImage(name));
  }

  tag(name: string, reference: string): void {
    const image = this.getImage(name);
    const withTag = /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
    for (const other of this.images.values()) other.references.delete(withTag);
    image.references.add(withTag);
  }

  async pull(reference: string, signal: AbortSignal): Promise<ModelImage> {
    if (!this.registry) complain(says.noRegistry(reference));
    const lava = this.registry.get(reference);
    if (lava === undefined) complain(says.noManifest(reference));
    await pause(this.speed.pullMs, signal);
    const image = this.findImage(reference) ?? this.addImage({ labels: {}, lava });
    this.tag(image.id, reference);
    return image;
  }

  removeImage(names: readonly string[]): void {
    for (const name of names) {
      const image = this.findImage(name) ?? complain(says.noImage(name), 1);
      const isOnlyName = image.references.size <= 1;
      const user = [...this.containers.values()].find((container) => container.image === image);
      if (isOnlyName && user) complain(says.imageUsed(image.id, user.id), 2);
      if (isOnlyName) this.images.delete(image.id);
      else image.references.delete(name);
    }
  }

  createVolume(name: string, labels: Labels): void {
    if (this.volumes.has(name)) complain(says.volumeTaken(name));
    this.volumes.set(name, { name, labels, files: new Map(), lava: null });
  }

  removeVolume(name: string): void {
    if (!this.volumes.has(name)) complain(says.noVolume(name), 1);
    const user = [...this.containers.values()].find(({ spec }) =>
      spec.volumes.some(({ volume }) => volume === name),
    );
    if (user) complain(says.volumeUsed(name, user.id), 2);
    this.volumes.delete(name);
  }

  /** By name or id. */
  findContainer(name: string): ModelContainer | null {
    return this.containers.get(name) ?? [...this.containers.values()].find(({ id }) => id === name) ?? null;
  }

  getContainer(name: string): ModelContainer {
    return this.findContainer(name) ?? complain(says.noContainer(name));
  }

  create(spec: ContainerSpec): ModelContainer {
    const image = this.getImage(spec.image);
    const taken = this.containers.get(spec.name);
    if (taken) complain(says.nameTaken(spec.name, taken.id));
    for (const { volume } of spec.volumes) if (!this.volumes.has(volume)) this.createVolume(volume, {});
    const container: ModelContainer = {
      id: randomBytes(32).toString('hex'),
      spec,
      image,
      files: new Map(),
      processes: new Map(),
      state: 'created',
      exitCode: 0,
      startedAtMs: 0,
      log: '',
      instance: null,
      ports: [],
    };
    this.containers.set(spec.name, container);
    return container;
  }

  async start(name: string): Promise<void> {
    const container = this.getContainer(name);
    if (container.state === 'running') return;
    container.ports = await openPorts(container.spec.ports, (port) =>
      complain(says.portTaken(container.id, port)),
    );
    container.state = 'running';
    container.startedAtMs = Date.now();
    container.log = '';
    this.#fire(container, 'started');
    void this.#runMain(container);
  }

  async stop(name: string, graceMs: number, signal: AbortSignal): Promise<void> {
    const container = this.getContainer(name);
    if (container.state !== 'running') return;
    if (container.instance) {
      const ended = container.instance.stop();
      await Promise.race([ended, pause(graceMs, signal)]);
    } else await pause(graceMs, signal);
    await this.#end(container, container.instance ? 0 : 137);
  }

  async removeContainer(name: string): Promise<void> {
    const container = this.findContainer(name);
    if (!container) return;
    await this.#end(container, 137);
    this.containers.delete(container.spec.name);
    this.#fire(container, 'removed');
  }

  /** Without a word, as when somebody cleans up with the engine's own tools while nobody watches. */
  async vanish(name: string): Promise<void> {
    const container = this.getContainer(name);
    await this.#end(container, 137, { isQuiet: true });
    this.containers.delete(name);
  }

  /** The machine went down and came up: nothing runs, and nobody was told. */
  async reboot(): Promise<void> {
    for (const container of this.containers.values()) await this.#end(container, 137, { isQuiet: true });
  }

  async dispose(): Promise<void> {
    await this.reboot();
    this.#events.dispose();
  }

  /** Runs a program in a running container; resolves with its exit code. */
  async exec(name: string, argv: readonly string[], io: Io): Promise<number> {
    const container = this.getContainer(name);
    if (container.state !== 'running') complain(says.notRunning(container.id), 255);
    return this.process(container, argv, io);
  }

  /** One process more in a container, seen by its `ps`, for as long as it runs. */
  async process(container: ModelContainer, argv: readonly string[], io: Io): Promise<number> {
    this.#nextProcess += 1;
    const pid = this.#nextProcess;
    const end = new AbortController();
    const onKilled = () => end.abort(io.signal.reason);
    if (io.signal.aborted) onKilled();
    io.signal.addEventListener('abort', onKilled, { once: true });
    container.processes.set(pid, { argv, end });
    try {
      return await runIn(this, container, argv, { ...io, signal: end.signal }, pid);
    } finally {
      container.processes.delete(pid);
      io.signal.removeEventListener('abort', onKilled);
    }
  }

  /** The folder of this machine behind a path in a container, or the volume there. */
  mountAt(container: ModelContainer, target: string): { bind: string } | { volume: ModelVolume } | null {
    const bind = container.spec.binds.find((entry) => entry.target === target);
    if (bind) return { bind: bind.source };
    const mount = container.spec.volumes.find((entry) => entry.target === target);
    const volume = mount ? this.volumes.get(mount.volume) : undefined;
    return volume ? { volume } : null;
  }

  async readFile(container: ModelContainer, file: string): Promise<Buffer | null> {
    const mount = this.mountAt(container, path.posix.dirname(file));
    if (mount && 'bind' in mount)
      return readFile(path.join(mount.bind, path.posix.basename(file))).catch(() => null);
    const files = mount ? mount.volume.files : container.files;
    return files.get(mount ? path.posix.basename(file) : file) ?? null;
  }

  writeFile(container: ModelContainer, file: string, content: Buffer): void {
    const mount = this.mountAt(container, path.posix.dirname(file));
    if (mount && 'volume' in mount) mount.volume.files.set(path.posix.basename(file), content);
    else container.files.set(file, content);
  }

  async #runMain(container: ModelContainer): Promise<void> {
    const folder = this.mountAt(container, '/run/labdeck');
    const state = this.mountAt(container, '/state');
    if (container.image.lava && folder && 'bind' in folder && state && 'volume' in state) {
      const instance = new FakeInstance({
        release: container.image.lava,
        folder: folder.bind,
        volume: state.volume,
        speed: this.speed,
        say: (text) => {
          container.log += text;
        },
      });
      container.instance = instance;
      for (const port of container.ports)
        port.answer = (request, response) => instance.answer(request, response);
      const code = await instance.run();
      if (container.instance === instance) await this.#end(container, code);
      return;
    }
    const print = (bytes: Buffer | string) => {
      container.log += bytes.toString();
    };
    const io = { stdin: null, out: print, err: print, signal: new AbortController().signal };
    const startedAtMs = container.startedAtMs;
    const code = await this.process(container, container.spec.argv ?? ['true'], io);
    if (container.startedAtMs === startedAtMs) await this.#end(container, code);
  }

  async #end(container: ModelContainer, exitCode: number, { isQuiet = false } = {}): Promise<void> {
    if (container.state !== 'running') return;
    container.state = 'stopped';
    container.exitCode = exitCode;
    const { instance } = container;
    container.instance = null;
    instance?.kill();
    for (const { end } of container.processes.values()) end.abort(137);
    await closePorts(container.ports);
    container.ports = [];
    if (!isQuiet) this.#fire(container, 'died');
  }

  #fire({ spec }: ModelContainer, what: EngineEvent['what']): void {
    this.#events.fire({ containerName: spec.name, labels: spec.labels, what });
  }
}

/** Throws what an engine would say. */
export function complain(words: Words, exitCode?: number): never {
  throw new Complaint(words, exitCode);
}

/** Rejects with the signal's reason when it aborts first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}
