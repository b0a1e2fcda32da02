import { createReadStream } from 'node:fs';
import { mkdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../base/clock.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import { errnoOf } from '../../base/errno.ts';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import type { Logger } from '../../base/logger.ts';
import { type Backup, type BackupPolicy, fail, type InstanceSource, LabError } from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';
import type { BackupManifest } from './backupManifest.ts';
import { formatBackupName } from './backupName.ts';
import { BackupReceiver } from './backupReceiver.ts';
import { type BackupPlace, fileOf, removeRecord, toRecord, writeRecord } from './backupRecord.ts';
import { toPrune } from './backupRetention.ts';
import { requireSpace, toDiskError } from './diskErrors.ts';
import { readBackup, toReadError } from './readBackup.ts';
import { scanBackups } from './scanBackups.ts';

/** Backups that another Labdeck made belong to no instance here. */
const importedKey = 'imported';

interface BackupStoreOptions {
  /** `<dir>/<instance key>/<UTC time>-<why>.tar` and `.json` beside it. */
  readonly dir: string;
  readonly clock: Clock;
  readonly notices: Pick<NoticesService, 'post'>;
  readonly logger: Logger;
}

type PlaceWish = Pick<Backup, 'instanceKey' | 'why' | 'createdAtMs'>;

/** A backup on its way in. */
export interface Receiving {
  /** Takes the tar; destroyed with a LabError as soon as something is wrong with it or with the disk. */
  readonly writable: Writable;
  /** Resolves once it is whole, checked and on the disk. Rejects with LabError DAMAGED, UNSUPPORTED, DISK_FULL ...; then nothing of it is left. */
  commit(): Promise<Backup>;
  /** Gives it up and leaves nothing. Harmless after `commit`. */
  abort(): Promise<void>;
}

/**
 * The backups of all instances, also of those that are gone. The files are the truth: a record that is lost or
 * damaged is made anew from its tar. What is listed here was whole when it was written; `check` reads it again.
 */
export class BackupStore {
  readonly #options: BackupStoreOptions;
  readonly #backups = new Map<string, Backup>();
  /** Names given to backups that are still on their way. */
  readonly #claimed = new Set<string>();
  readonly #queue = new KeyedQueue<string>();
  readonly #stop = new AbortController();
  readonly #changed = new Emitter<void>();
  readonly onDidChange: Event<void> = this.#changed.event;

  constructor(options: BackupStoreOptions) {
    this.#options = options;
  }

  /** Reads what is there; never rejects. Lost records are made anew behind, each told by `onDidChange`. */
  async start(): Promise<void> {
    const { dir, clock, logger, notices } = this.#options;
    try {
      const { backups, unrecorded } = await scanBackups(dir, clock.nowMs());
      for (const backup of backups) this.#backups.set(backup.backupId, backup);
      for (const place of unrecorded) void this.#queue.run('mending', () => this.#mend(place));
    } catch (error) {
      logger.error('the backups cannot be read', { error });
      notices.post('backups-folder', {
        severity: 'error',
        title: 'The backups cannot be read',
        text: `${toReadError(error, dir).message}. Make that folder readable, then start Labdeck again.`,
      });
    }
  }

  /** Lets go of what runs; what was being received and not committed is swept at the next start. */
  async close(): Promise<void> {
    this.#stop.abort(new LabError('INTERRUPTED', 'Labdeck is closing'));
    await this.#queue.close(this.#stop.signal.reason);
    this.#changed.dispose();
  }

  /** Newest first. */
  list(): Backup[] {
    return [...this.#backups.values()].sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  /** Throws LabError NOT_FOUND. */
  get(backupId: string): Backup {
    return this.#backups.get(backupId) ?? fail('NOT_FOUND', `There is no backup ${backupId}`);
  }

  /**
   * Begins to take one in. `expectedBytes`: how large it may become, where that is known. Rejects with LabError
   * DISK_FULL when that will not fit, PERMISSION_DENIED.
   */
  async receive(
    instance: { readonly key: string; readonly source: InstanceSource },
    why: Backup['why'],
    expectedBytes = 0,
  ): Promise<Receiving> {
    const { key: instanceKey, source } = instance;
    return this.#receive(
      { instanceKey, why, createdAtMs: this.#options.clock.nowMs() },
      source,
      expectedBytes,
    );
  }

  /**
   * Copies a file in that another Labdeck made; one that is here already, by its checksum, is not copied twice.
   * Rejects as `check` and `receive` do.
   */
  async import(file: string): Promise<Backup> {
    const { sha256, sizeBytes, manifest } = await this.#read(file);
    const known = this.list().find((backup) => backup.sha256 === sha256 && backup.verified?.ok !== false);
    if (known) return known;
    const { createdAtMs } = manifest;
    const wish = { instanceKey: importedKey, why: 'imported' as const, createdAtMs };
    const receiving = await this.#receive(wish, null, sizeBytes);
    try {
      await pipeline(createReadStream(file), receiving.writable, { signal: this.#stop.signal });
      return await receiving.commit();
    } catch (error) {
      await receiving.abort();
      throw toReadError(error, file);
    }
  }

  /** Reads the whole of a backup, one of ours or any other, and says what is in it; see `readBackup` for what it rejects with. */
  async check(file: string): Promise<BackupManifest> {
    return (await this.#read(file)).manifest;
  }

  /** Its bytes. Throws LabError NOT_FOUND; the stream itself fails where the file is gone meanwhile. */
  open(backupId: string): Readable {
    return createReadStream(this.get(backupId).file);
  }

  /** Rejects with LabError NOT_FOUND, PERMISSION_DENIED. */
  remove(backupId: string): Promise<void> {
    return this.#queue.run(backupId, async () => {
      const { file } = this.get(backupId);
      await unlink(file).catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw toDiskError(error, file);
      });
      this.#backups.delete(backupId);
      this.#changed.fire();
      await removeRecord(file);
    });
  }

  /** Keeps how a restore into a scratch instance went. Rejects with LabError NOT_FOUND, DISK_FULL. */
  noteVerified(backupId: string, outcome: { readonly ok: boolean; readonly detail: string }): Promise<void> {
    return this.#queue.run(backupId, async () => {
      const { ok, detail } = outcome;
      const next = { ...this.get(backupId), verified: { atMs: this.#options.clock.nowMs(), ok, detail } };
      await writeRecord(next);
      this.#put(next);
    });
  }

  /** Removes what the policy lets go of this instance's, and says what that was. */
  async prune(instanceKey: string, policy: BackupPolicy): Promise<Backup[]> {
    const mine = this.list().filter((backup) => backup.instanceKey === instanceKey);
    const gone = toPrune(mine, policy, this.#options.clock.nowMs());
    for (const { backupId } of gone) await this.remove(backupId);
    return gone;
  }

  #read(file: string) {
    return readBackup(file, this.#stop.signal);
  }

  async #receive(wish: PlaceWish, source: InstanceSource | null, expectedBytes: number): Promise<Receiving> {
    const folder = path.join(this.#options.dir, wish.instanceKey);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await requireSpace(folder, expectedBytes);
    } catch (error) {
      throw toDiskError(error, folder);
    }
    const place = await this.#claim(wish);
    const receiver = new BackupReceiver(fileOf(place));
    const release = () => this.#claimed.delete(fileOf(place));
    return {
      writable: receiver.writable,
      commit: async () => {
        try {
          const record = toRecord(place, source, await receiver.commit());
          await this.#keep(record);
          return record;
        } finally {
          release();
        }
      },
      abort: async () => {
        await receiver.abort();
        release();
      },
    };
  }

  /** A place nobody has: two backups may begin within one millisecond, and a clock may come by twice. */
  async #claim({ instanceKey, why, createdAtMs }: PlaceWish): Promise<BackupPlace> {
    for (let attempt = 1; ; attempt += 1) {
      const name = formatBackupName({ createdAtMs, why }, attempt);
      const place = { dir: this.#options.dir, instanceKey, name };
      const file = fileOf(place);
      if (this.#claimed.has(file)) continue;
      this.#claimed.add(file);
      if (!(await exists(file))) return place;
      this.#claimed.delete(file);
    }
  }

  /** The backup is whole without its record: one that cannot be written now is made anew at the next start. */
  async #keep(backup: Backup): Promise<void> {
    await writeRecord(backup).catch((error: unknown) =>
      this.#options.logger.warn('the record of a backup was not written', { file: backup.file, error }),
    );
    this.#put(backup);
  }

  async #mend(place: BackupPlace): Promise<void> {
    const file = fileOf(place);
    try {
      await this.#keep(toRecord(place, null, await this.#read(file)));
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#options.logger.warn('a backup without a usable record', { file, error });
      this.#options.notices.post(`backup-${place.instanceKey}.${place.name}`, {
        severity: 'warning',
        title: 'A backup cannot be used',
        text: `${file}: ${toReadError(error, file).message}. It is left where it is.`,
      });
    }
  }

  #put(backup: Backup): void {
    this.#backups.set(backup.backupId, backup);
    this.#changed.fire();
  }
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: unknown) => errnoOf(error) !== 'ENOENT',
  );
}
