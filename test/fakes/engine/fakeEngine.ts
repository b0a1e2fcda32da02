import { PassThrough, Writable } from 'node:stream';
import { type EngineInfo, LabError } from '../../../main/contract/index.ts';
import { toEngineError } from '../../../main/instances/engine/complaints.ts';
import type {
  BuildSpec,
  ContainerEngine,
  ContainerInfo,
  ContainerSpec,
  EngineEvent,
  ExecInput,
  ExecOutcome,
  ImageInfo,
  Labels,
  RunOptions,
  StreamInput,
  TerminalProcess,
  VolumeInfo,
} from '../../../main/instances/engine/engine.ts';
import { deadlines } from '../../../main/instances/engine/engineCli.ts';
import { hasLabel } from '../../../main/instances/engine/eventWatcher.ts';
import { resizeFrame, typedFrames } from '../../../main/instances/engine/terminalProgram.ts';
import { Complaint } from './complaint.ts';
import { EngineModel, type ModelContainer, type ModelImage } from './engineModel.ts';
import { buildImage } from './modelBuild.ts';

const usualInfo: EngineInfo = {
  kind: 'podman',
  version: '4.3.1',
  rootless: true,
  runtime: 'runc',
  cgroups: 'v2',
  canLimitMemory: true,
  networkMode: 'slirp4netns',
  workarounds: [],
};

/** A container engine in memory, for tests of what uses one. Its model is the world around it: change it at will. */
export class FakeEngine implements ContainerEngine {
  readonly info: EngineInfo;
  readonly model: EngineModel;

  constructor(options: { model?: EngineModel; info?: Partial<EngineInfo> } = {}) {
    this.model = options.model ?? new EngineModel();
    this.info = { ...usualInfo, ...options.info };
  }

  images(label: string): Promise<ImageInfo[]> {
    return this.#do('images', deadlines.list, {}, () =>
      [...this.model.images.values()].filter(({ labels }) => hasLabel(labels, label)).map(toImageInfo),
    );
  }

  findImage(reference: string): Promise<ImageInfo | null> {
    return this.#do('images', deadlines.list, {}, () => {
      const image = this.model.findImage(reference);
      return image && toImageInfo(image);
    });
  }

  pull(reference: string, run: RunOptions = {}): Promise<string> {
    return this.#do(
      'pull',
      deadlines.pull,
      run,
      async (signal) => (await this.model.pull(reference, signal)).id,
    );
  }

  importRoot(_tarFile: string, reference: string, labels: Labels, run: RunOptions = {}): Promise<string> {
    return this.#do('import', deadlines.import, run, () => {
      const image = this.model.addImage({ labels, lava: null });
      this.#name(image, reference);
      return image.id;
    });
  }

  build(spec: BuildSpec, run: RunOptions = {}): Promise<string> {
    return this.#do('build', deadlines.build, run, async (signal) => {
      const before = new Set(this.model.working.keys());
      try {
        const image = await buildImage(this.model, spec, (line) => run.onLine?.(line), signal);
        this.#name(image, spec.reference);
        return image.id;
      } finally {
        for (const id of this.model.working.keys()) if (!before.has(id)) this.model.working.delete(id);
      }
    });
  }

  removeImage(imageId: string): Promise<void> {
    return this.#do('rmi', deadlines.remove, {}, () => {
      const image = this.model.findImage(imageId);
      if (!image) return;
      const isUsed = [...this.model.containers.values()].some((container) => container.image === image);
      if (isUsed) throw new LabError('CONFLICT', 'The image is used by a container');
      this.model.images.delete(image.id);
    });
  }

  sweepBuilds(label: string): Promise<void> {
    return this.#do('ps', deadlines.list, {}, () => {
      this.model.working.clear();
      for (const image of this.model.images.values()) {
        const isUsed = [...this.model.containers.values()].some((container) => container.image === image);
        if (image.references.size === 0 && hasLabel(image.labels, label) && !isUsed)
          this.model.images.delete(image.id);
      }
    });
  }

  volumes(label: string): Promise<VolumeInfo[]> {
    return this.#do('volume', deadlines.list, {}, () =>
      [...this.model.volumes.values()]
        .filter(({ labels }) => hasLabel(labels, label))
        .map(({ name, labels }) => ({ name, labels })),
    );
  }

  createVolume(name: string, labels: Labels): Promise<void> {
    return this.#do('volume', deadlines.list, {}, () => this.model.createVolume(name, labels));
  }

  removeVolume(name: string): Promise<void> {
    return this.#do('volume', deadlines.remove, {}, () => {
      if (this.model.volumes.has(name)) this.model.removeVolume(name);
    });
  }

  containers(label: string): Promise<ContainerInfo[]> {
    return this.#do('ps', deadlines.list, {}, () =>
      [...this.model.containers.values()]
        .filter(({ spec }) => hasLabel(spec.labels, label))
        .map(toContainerInfo),
    );
  }

  findContainer(name: string): Promise<ContainerInfo | null> {
    return this.#do('ps', deadlines.list, {}, () => {
      const container = this.model.containers.get(name);
      return container ? toContainerInfo(container) : null;
    });
  }

  create(spec: ContainerSpec, run: RunOptions = {}): Promise<string> {
    return this.#do('create', deadlines.start, run, () => this.model.create(spec).id);
  }

  start(container: string, run: RunOptions = {}): Promise<void> {
    return this.#do('start', deadlines.start, run, () => this.model.start(container));
  }

  stop(container: string, graceMs: number, run: RunOptions = {}): Promise<void> {
    return this.#do('stop', graceMs + deadlines.list, run, (signal) =>
      this.model.stop(container, graceMs, signal),
    );
  }

  removeContainer(container: string): Promise<void> {
    return this.#do('rm', deadlines.remove, {}, () => this.model.removeContainer(container));
  }

  exec(container: string, argv: readonly string[], input: ExecInput = {}): Promise<ExecOutcome> {
    return this.#do('exec', deadlines.exec, input, async (signal) => {
      const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      const keep = (name: 'stdout' | 'stderr') => (bytes: Buffer | string) => {
        said[name].push(Buffer.from(bytes));
        for (const line of bytes.toString().split('\n')) if (line !== '') input.onLine?.(line);
      };
      const stdin = input.stdin === undefined ? null : bytesOf([Buffer.from(input.stdin)]);
      const io = { stdin, out: keep('stdout'), err: keep('stderr'), signal: killedBy(signal) };
      const exitCode = await this.model.exec(container, argv, io);
      signal.throwIfAborted();
      const text = (name: 'stdout' | 'stderr') => Buffer.concat(said[name]).toString();
      return { exitCode, stdout: text('stdout'), stderr: text('stderr') };
    });
  }

  stream(container: string, argv: readonly string[], input: StreamInput): Promise<void> {
    const run = input.signal ? { signal: input.signal } : {};
    return this.#do('exec', deadlines.build, run, async (signal) => {
      let stderr = '';
      const exitCode = await this.model.exec(container, argv, {
        stdin: input.stdin ? bytesOf(input.stdin) : null,
        out: (bytes) =>
          new Promise((resolve) => {
            if (input.stdout) input.stdout.write(bytes, () => resolve());
            else resolve();
          }),
        err: (text) => {
          stderr += text;
        },
        signal: killedBy(signal),
      });
      signal.throwIfAborted();
      await new Promise<void>((resolve) => (input.stdout ? input.stdout.end(resolve) : resolve()));
      if (exitCode !== 0)
        throw new LabError('COMMAND_FAILED', `${argv[0]} failed in the container (${exitCode})`, {
          details: { argv, exitCode, stderr },
        });
    });
  }

  terminal(
    container: string,
    argv: readonly string[],
    { columns, rows }: { columns: number; rows: number },
  ): TerminalProcess {
    const output = new PassThrough();
    const frames = new PassThrough();
    const killed = new AbortController();
    const program = ['python3', '-c', '', `${columns}`, `${rows}`, ...argv];
    const out = (bytes: Buffer | string) => void output.write(bytes);
    const io = { stdin: frames, out, err: out, signal: killed.signal };
    const exited = this.model
      .exec(container, program, io)
      .catch((error: unknown) => {
        output.write(`${error instanceof Error ? error.message : String(error)}\r\n`);
        return error instanceof Complaint ? error.exitCode : null;
      })
      .finally(() => output.end());
    return {
      output,
      input: new Writable({
        write: (bytes: Buffer, _encoding, done) => {
          frames.write(typedFrames(bytes), () => done());
        },
        final: (done) => {
          frames.end();
          done();
        },
      }),
      resize: async (newColumns, newRows) => {
        frames.write(resizeFrame(newColumns, newRows));
      },
      exited,
      kill: () => killed.abort(129),
    };
  }

  logs(container: string, lines: number): Promise<string> {
    return this.#do('logs', deadlines.list, {}, () =>
      this.model
        .getContainer(container)
        .log.split(/(?<=\n)/)
        .slice(-lines)
        .join(''),
    );
  }

  watch(label: string, listener: (event: EngineEvent) => void) {
    return this.model.onDidHappen((event) => {
      if (hasLabel(event.labels, label)) listener(event);
    });
  }

  async storageDir(): Promise<string> {
    return this.model.storageDir;
  }

  #name(image: ModelImage, reference: string): void {
    const before = this.model.findImage(reference);
    this.model.tag(image.id, reference);
    const isUsed = [...this.model.containers.values()].some((container) => container.image === before);
    if (before && before !== image && before.references.size === 0 && !isUsed)
      this.model.images.delete(before.id);
  }

  /** With the deadline, the faults and the errors of a command. */
  async #do<T>(
    verb: string,
    usualMs: number,
    run: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
    work: (signal: AbortSignal) => T | Promise<T>,
  ): Promise<T> {
    run.signal?.throwIfAborted();
    const stop = new AbortController();
    const onAbort = () => stop.abort(run.signal?.reason);
    run.signal?.addEventListener('abort', onAbort, { once: true });
    const timeoutMs = run.timeoutMs ?? usualMs;
    const tooLate = new LabError('TIMEOUT', `podman did not finish within ${timeoutMs / 1000} s`);
    const timer = setTimeout(() => stop.abort(tooLate), timeoutMs);
    try {
      await this.model.faults.meet(verb, stop.signal);
      return await work(stop.signal);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      const { exitCode, message } = error;
      throw toEngineError({ argv: ['podman', verb], exitCode, stdout: '', stderr: `Error: ${message}\n` });
    } finally {
      clearTimeout(timer);
      run.signal?.removeEventListener('abort', onAbort);
    }
  }
}

function toImageInfo({ id, references, labels, sizeBytes, createdAtMs }: ModelImage): ImageInfo {
  return { imageId: id, references: [...references], labels, sizeBytes, createdAtMs };
}

function toContainerInfo({ id, spec, image, state, exitCode, startedAtMs }: ModelContainer): ContainerInfo {
  return {
    containerId: id,
    name: spec.name,
    labels: spec.labels,
    imageId: image.id,
    state,
    exitCode: state === 'stopped' ? exitCode : null,
    startedAtMs: startedAtMs || null,
  };
}

async function* bytesOf(source: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const bytes of source) yield bytes;
}

/** The exit code of what is killed, where an engine's command is given up for a reason. */
function killedBy(signal: AbortSignal): AbortSignal {
  const killed = new AbortController();
  signal.addEventListener('abort', () => killed.abort(143), { once: true });
  return killed.signal;
}
