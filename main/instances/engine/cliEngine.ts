import type { Disposable } from '../../base/disposable.ts';
import type { EngineInfo } from '../../contract/index.ts';
import {
  type CreateQuirks,
  containerLogs,
  createContainer,
  removeContainer,
  startContainer,
  stopContainer,
} from './containers.ts';
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
} from './engine.ts';
import type { EngineCli } from './engineCli.ts';
import { EventWatcher } from './eventWatcher.ts';
import { execIn, streamThrough } from './exec.ts';
import { findImage, importImage, listImages, pullImage, removeImage } from './images.ts';
import { labelFilter } from './objects.ts';
import { openTerminal } from './terminal.ts';
import { createVolume, listVolumes, removeVolume } from './volumes.ts';

export interface CliEngineOptions {
  readonly cli: EngineCli;
  readonly info: EngineInfo;
  readonly storageDir: string;
  readonly quirks: CreateQuirks;
}

/** What podman's and docker's command lines have in common, which is most of it. */
export abstract class CliEngine implements ContainerEngine {
  readonly info: EngineInfo;
  protected readonly cli: EngineCli;
  readonly #quirks: CreateQuirks;
  readonly #storageDir: string;

  constructor({ cli, info, storageDir, quirks }: CliEngineOptions) {
    this.info = info;
    this.cli = cli;
    this.#quirks = quirks;
    this.#storageDir = storageDir;
  }

  /** Containers in whatever state that pass the engine's filters. */
  protected abstract containersBy(filters: readonly string[]): Promise<ContainerInfo[]>;
  /** The command that prints events of containers, and what one of its lines means. */
  protected abstract readonly events: {
    readonly args: readonly string[];
    readonly parse: (line: string) => EngineEvent | null;
  };
  protected abstract removeArgs(container: string): readonly string[];
  abstract build(spec: BuildSpec, run?: RunOptions): Promise<string>;
  abstract sweepBuilds(label: string): Promise<void>;

  images(label: string): Promise<ImageInfo[]> {
    return listImages(this.cli, labelFilter(label));
  }

  findImage(reference: string): Promise<ImageInfo | null> {
    return findImage(this.cli, reference);
  }

  pull(reference: string, run: RunOptions = {}): Promise<string> {
    return pullImage(this.cli, reference, run);
  }

  importRoot(tarFile: string, reference: string, labels: Labels, run: RunOptions = {}): Promise<string> {
    return importImage(this.cli, { tarFile, reference, labels }, run);
  }

  removeImage(imageId: string): Promise<void> {
    return removeImage(this.cli, imageId);
  }

  volumes(label: string): Promise<VolumeInfo[]> {
    return listVolumes(this.cli, label);
  }

  createVolume(name: string, labels: Labels): Promise<void> {
    return createVolume(this.cli, name, labels);
  }

  removeVolume(name: string): Promise<void> {
    return removeVolume(this.cli, name);
  }

  containers(label: string): Promise<ContainerInfo[]> {
    return this.containersBy(labelFilter(label));
  }

  async findContainer(name: string): Promise<ContainerInfo | null> {
    // An expression, not a name, and docker's names begin with a slash there.
    const exactly = `^/?${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
    const found = await this.containersBy(['--filter', `name=${exactly}`]);
    return found.find((container) => container.name === name) ?? null;
  }

  create(spec: ContainerSpec, run: RunOptions = {}): Promise<string> {
    return createContainer(this.cli, spec, this.#quirks, run);
  }

  start(container: string, run: RunOptions = {}): Promise<void> {
    return startContainer(this.cli, container, run);
  }

  stop(container: string, graceMs: number, run: RunOptions = {}): Promise<void> {
    return stopContainer(this.cli, container, graceMs, run);
  }

  async removeContainer(container: string): Promise<void> {
    await removeContainer(this.cli, this.removeArgs(container));
  }

  exec(container: string, argv: readonly string[], input: ExecInput = {}): Promise<ExecOutcome> {
    return execIn(this.cli, container, argv, input);
  }

  stream(container: string, argv: readonly string[], input: StreamInput): Promise<void> {
    return streamThrough(this.cli, container, argv, input);
  }

  terminal(
    container: string,
    argv: readonly string[],
    size: { columns: number; rows: number },
  ): TerminalProcess {
    return openTerminal(this.cli, container, argv, size);
  }

  logs(container: string, lines: number): Promise<string> {
    return containerLogs(this.cli, container, lines);
  }

  watch(label: string, listener: (event: EngineEvent) => void): Disposable {
    const { args, parse } = this.events;
    const argv = this.cli.tethered(this.cli.argv(args));
    return new EventWatcher({ argv, env: this.cli.env, parse, label, listener });
  }

  async storageDir(): Promise<string> {
    return this.#storageDir;
  }
}
