import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Backup, BackupPolicy, Instance, InstanceSource, ResolvedSource } from '../../contract/index.ts';
import type { SecretStore } from '../../secrets/index.ts';
import type { EngineService } from '../engineService.ts';
import type { Generations } from '../generations.ts';
import type { InstanceObserver } from '../instanceObserver.ts';
import type { InstanceStore } from '../instanceStore.ts';

export interface BuiltImage {
  readonly imageId: string;
  readonly version: string | null;
  readonly resolved: ResolvedSource;
}

export interface EnsureOptions {
  /** Look whether the source has something newer, and build that. */
  readonly refresh: boolean;
  readonly signal: AbortSignal;
  readonly onStep: (step: 'base' | 'image') => void;
  /** 0 to 1, of the present step. */
  readonly onProgress: (done: number) => void;
  readonly onLine: (line: string) => void;
}

export interface ImageEstimate {
  readonly seconds: { readonly base: number; readonly image: number };
  readonly imageBytes: number;
}

/** From a source to an image. */
export interface Images {
  /** Of what is there, nothing. */
  estimate(source: InstanceSource, isThere: boolean, include: Instance['include']): Promise<ImageEstimate>;
  find(source: InstanceSource, include: Instance['include']): Promise<BuiltImage | null>;
  ensure(source: InstanceSource, include: Instance['include'], options: EnsureOptions): Promise<BuiltImage>;
}

/** A backup on its way into the store; exactly one of `commit` and `abort` ends it. */
export interface IncomingBackup {
  readonly writable: Writable;
  /** Rejects with LabError DAMAGED when what came is no whole backup; then nothing of it is kept. */
  commit(): Promise<Backup>;
  abort(): Promise<void>;
}

/** Where backups are kept. */
export interface Backups {
  list(): Backup[];
  /** Throws LabError NOT_FOUND. */
  get(backupId: string): Backup;
  receive(
    of: { key: string; name: string; version: string | null; source: InstanceSource },
    why: Backup['why'],
    expectedBytes?: number,
  ): Promise<IncomingBackup>;
  open(backupId: string): Readable;
  /** Rejects with LabError DAMAGED, before anybody relies on it. */
  check(file: string): Promise<unknown>;
  import(file: string): Promise<Backup>;
  noteVerified(backupId: string, verdict: { ok: boolean; detail: string }): Promise<void>;
  prune(instanceKey: string, policy: BackupPolicy): Promise<unknown>;
}

/** What the work on instances needs of the rest. */
export interface WorkDeps {
  readonly store: InstanceStore;
  readonly engines: EngineService;
  readonly images: Images;
  readonly backups: Backups;
  readonly generations: Generations;
  readonly observer: InstanceObserver;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where looking for a free port begins; 8100 unless told. */
  readonly firstPort?: number | undefined;
}
