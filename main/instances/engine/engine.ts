import type { Readable, Writable } from 'node:stream';
import type { Disposable } from '../../base/disposable.ts';
import type { EngineInfo } from '../../contract/index.ts';

/** Labels by name, such as `io.labdeck.instance`. */
export type Labels = Readonly<Record<string, string>>;

/** How long something may take, how it is stopped, and where its lines go. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Left out: the engine's own deadline for that kind of command. */
  readonly timeoutMs?: number;
  /** Each line of output as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ImageInfo {
  /** The engine's content address, without `sha256:`. */
  readonly imageId: string;
  readonly references: readonly string[];
  readonly labels: Labels;
  /** With all layers, also those shared with others. */
  readonly sizeBytes: number;
  readonly createdAtMs: number;
}

export interface VolumeInfo {
  readonly name: string;
  readonly labels: Labels;
}

export interface ContainerInfo {
  readonly containerId: string;
  readonly name: string;
  readonly labels: Labels;
  readonly imageId: string;
  readonly state: 'created' | 'running' | 'paused' | 'stopped';
  /** null unless it has stopped. */
  readonly exitCode: number | null;
  readonly startedAtMs: number | null;
}

export interface ContainerSpec {
  readonly name: string;
  /** Image id or reference. */
  readonly image: string;
  readonly labels: Labels;
  readonly hostname: string;
  /** Volume name to where it is in the container. */
  readonly volumes: readonly { readonly volume: string; readonly target: string }[];
  /** Folders of this machine. */
  readonly binds: readonly { readonly source: string; readonly target: string; readonly readOnly: boolean }[];
  /** Published on 127.0.0.1. */
  readonly ports: readonly { readonly host: number; readonly container: number }[];
  /** All others are dropped. */
  readonly capabilities: readonly string[];
  readonly memoryLimitBytes: number | null;
  /** Replaces the image's own command. */
  readonly argv?: readonly string[];
  readonly network?: 'bridge' | 'none';
}

export interface BuildSpec {
  /** Folder sent as context. */
  readonly contextDir: string;
  /** Absolute path. */
  readonly containerfile: string;
  readonly reference: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Labels;
}

export interface ExecOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecInput extends RunOptions {
  /** Written to its standard input; secrets go here, never into argv. */
  readonly stdin?: string;
  /** More output is cut; 16 MiB unless told. */
  readonly maxBytes?: number;
}

export interface StreamInput {
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly signal?: AbortSignal;
}

/** A program in a container with a terminal around it. */
export interface TerminalProcess {
  readonly output: Readable;
  readonly input: Writable;
  resize(columns: number, rows: number): Promise<void>;
  /** Resolves with its exit code; never rejects. */
  readonly exited: Promise<number | null>;
  kill(): void;
}

export interface EngineEvent {
  readonly containerName: string;
  readonly labels: Labels;
  readonly what: 'started' | 'died' | 'removed';
}

/**
 * Podman or docker, by its command line. All methods reject with LabError: MISSING_DEPENDENCY (not installed),
 * PERMISSION_DENIED (this user may not), TIMEOUT (it hangs), DISK_FULL, NOT_FOUND (no such container, image,
 * volume), CONFLICT (name or port taken, image in use), COMMAND_FAILED (argv, exit code, end of stderr).
 * What is listed is what carries the given label; nothing of other people's is ever touched.
 */
export interface ContainerEngine {
  readonly info: EngineInfo;

  images(label: string): Promise<ImageInfo[]>;
  /** null: not on this machine. */
  findImage(reference: string): Promise<ImageInfo | null>;
  /** Resolves with the image id. */
  pull(reference: string, run?: RunOptions): Promise<string>;
  /** Makes an image of a root file system in a tar file; resolves with the image id. */
  importRoot(tarFile: string, reference: string, labels: Labels, run?: RunOptions): Promise<string>;
  /** Resolves with the image id. When it ends otherwise, whichever way, nothing of it stays behind. */
  build(spec: BuildSpec, run?: RunOptions): Promise<string>;
  /** Also its untagged parents nobody else uses. CONFLICT while a container uses it. Harmless when it is gone. */
  removeImage(imageId: string): Promise<void>;
  /** What a build left behind that was killed: working containers, dangling layers with our label. */
  sweepBuilds(label: string): Promise<void>;

  volumes(label: string): Promise<VolumeInfo[]>;
  createVolume(name: string, labels: Labels): Promise<void>;
  /** Harmless when it is gone. */
  removeVolume(name: string): Promise<void>;

  containers(label: string): Promise<ContainerInfo[]>;
  /** null: there is none of that name. */
  findContainer(name: string): Promise<ContainerInfo | null>;
  /** Creates without starting; resolves with the container id. */
  create(spec: ContainerSpec, run?: RunOptions): Promise<string>;
  /** Harmless when it runs. CONFLICT with the port in `details.port` when that is taken. */
  start(container: string, run?: RunOptions): Promise<void>;
  /** SIGTERM, then SIGKILL after `graceMs`. Harmless when it stands still. */
  stop(container: string, graceMs: number, run?: RunOptions): Promise<void>;
  /** Kills it first where it runs. Harmless when it is gone. */
  removeContainer(container: string): Promise<void>;

  /** A program's own exit code is an outcome, not an error. */
  exec(container: string, argv: readonly string[], input?: ExecInput): Promise<ExecOutcome>;
  /** For more bytes than fit in memory; COMMAND_FAILED when it exits with anything but 0. */
  stream(container: string, argv: readonly string[], input: StreamInput): Promise<void>;
  terminal(
    container: string,
    argv: readonly string[],
    size: { columns: number; rows: number },
  ): TerminalProcess;
  /** The last `lines` lines the container itself printed. */
  logs(container: string, lines: number): Promise<string>;

  /** Events of containers with the label, from now on; the watcher comes back by itself when it dies. */
  watch(label: string, listener: (event: EngineEvent) => void): Disposable;
  /** Where images and volumes live, to look how full that disk is. */
  storageDir(): Promise<string>;
}
