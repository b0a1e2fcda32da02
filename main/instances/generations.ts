import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../base/errno.ts';
import type { Logger } from '../base/logger.ts';
import { fail, LabError } from '../contract/index.ts';
import type { ContainerEngine, ContainerSpec } from './engine/engine.ts';
import { InstanceControl } from './instanceControl.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import { type InstanceStatus, isWell } from './instanceStatus.ts';
import { urlOf } from './instanceView.ts';
import {
  configLabel,
  type Generation,
  generationName,
  isScratchKey,
  labelsOf,
  labFilter,
  parseGeneration,
} from './names.ts';
import { type InstanceConfig, RunFolder, runFolderTarget } from './runFolder.ts';

/** Where the volume with all state is, in every instance. */
const stateTarget = '/state';
/** What LAVA's programs need to change to their users and to kill their own; everything else is dropped. */
const capabilities = ['CHOWN', 'SETUID', 'SETGID', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE'];
/** PostgreSQL writes what it has; then it is killed. */
const stopGraceMs = 15_000;
/** A first start, or one that migrates, on a slow machine. */
const wellWithinMs = 5 * 60_000;
const readStatusEveryMs = 100;
const lookAtContainerEveryMs = 2000;

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStatus?: (status: InstanceStatus) => void;
}

/** Containers, volumes and run folders of instances: made, started, stopped, thrown away, one generation at a time. */
export class Generations {
  readonly #engine: () => Promise<ContainerEngine>;
  readonly #labId: () => string;
  readonly #runDir: string;
  readonly #logger: Logger;
  /** Scratch instances of this run: in use, or thrown away by who made them. */
  readonly #ownScratch = new Set<string>();

  constructor(deps: {
    engine: () => Promise<ContainerEngine>;
    labId: () => string;
    /** Run folders are made in it. */
    runDir: string;
    logger: Logger;
  }) {
    this.#engine = deps.engine;
    this.#labId = deps.labId;
    this.#runDir = deps.runDir;
    this.#logger = deps.logger;
  }

  folder(generation: Generation): RunFolder {
    return new RunFolder(path.join(this.#runDir, generationName(generation)));
  }

  async control(generation: Generation): Promise<InstanceControl> {
    return new InstanceControl(await this.#engine(), generationName(generation));
  }

  /** An empty volume; harmless when it is there. */
  async makeVolume(record: InstanceRecord, generation: Generation): Promise<void> {
    if (isScratchKey(generation.key)) this.#ownScratch.add(generation.key);
    const engine = await this.#engine();
    const name = generationName(generation);
    const there = await engine.volumes(labFilter(this.#labId()));
    if (there.some((volume) => volume.name === name)) return;
    await engine.createVolume(name, labelsOf(this.#labId(), generation, record.name));
  }

  /**
   * Starts this generation of the instance; its container is made anew where it is missing or was made for other
   * answers, and started anew where it runs otherwise than asked. Rejects with LabError CONFLICT, `details.port` set,
   * when somebody else has its port, and NOT_FOUND, `details.image` set, when its image is gone.
   */
  async start(
    record: InstanceRecord,
    generation: Generation,
    { start = 'normal', signal }: { start?: InstanceConfig['start']; signal?: AbortSignal } = {},
  ): Promise<void> {
    const engine = await this.#engine();
    const folder = this.folder(generation);
    const run = signal ? { signal } : {};
    const wasInMaintenance = await folder.isInMaintenance();
    await folder.writeConfig(configOf(record, start));
    const spec = this.#specOf(record, generation, folder, start);
    const present = await engine.findContainer(spec.name);
    if (present && present.labels[configLabel] !== spec.labels[configLabel]) {
      await engine.stop(spec.name, stopGraceMs, run);
      await engine.removeContainer(spec.name);
    }
    if (!present || present.labels[configLabel] !== spec.labels[configLabel]) {
      await this.#requireVolume(engine, spec.name, record);
      await engine.create(spec, run).catch(async (error: unknown) => {
        throw (await this.#isGone(engine, spec.image, error)) ? imageGone(record, spec.image) : error;
      });
    } else if (present.state === 'running') {
      if (wasInMaintenance === (start === 'maintenance')) return;
      await engine.stop(spec.name, stopGraceMs, run);
    }
    await folder.forgetStatus();
    await engine.start(spec.name, run);
  }

  /** As the engine has it now: what was seen last may be of before a moment ago, or of never. */
  async isRunning(generation: Generation): Promise<boolean> {
    const engine = await this.#engine();
    return (await engine.findContainer(generationName(generation)))?.state === 'running';
  }

  /** Harmless when it stands still or is gone. */
  async stop(generation: Generation, signal?: AbortSignal): Promise<void> {
    const engine = await this.#engine();
    const name = generationName(generation);
    if (await engine.findContainer(name)) await engine.stop(name, stopGraceMs, signal ? { signal } : {});
  }

  /** Resolves once all that should run does. Rejects with LabError: what its init says, or that it ended or hangs. */
  waitUntilWell(generation: Generation, options: WaitOptions = {}): Promise<InstanceStatus> {
    return this.waitFor(generation, isWell, options);
  }

  /** Resolves with the first status that is as wanted. Rejects as `waitUntilWell` does. */
  async waitFor(
    generation: Generation,
    isAsWanted: (status: InstanceStatus) => boolean,
    { signal, onStatus }: WaitOptions = {},
  ): Promise<InstanceStatus> {
    const engine = await this.#engine();
    const name = generationName(generation);
    const folder = this.folder(generation);
    const begunMs = performance.now();
    let lookedMs = begunMs;
    let before = '';
    for (;;) {
      signal?.throwIfAborted();
      const status = await folder.readStatus();
      if (status) {
        const text = JSON.stringify(status);
        if (text !== before) onStatus?.(status);
        before = text;
        if (status.problem && status.state === 'failed') throw toError(status.problem);
        if (isAsWanted(status)) return status;
      }
      const nowMs = performance.now();
      if (nowMs - lookedMs > lookAtContainerEveryMs) {
        lookedMs = nowMs;
        await this.#requireRunning(engine, name);
      }
      if (nowMs - begunMs > wellWithinMs)
        fail(
          'TIMEOUT',
          `It was not well after ${wellWithinMs / 60_000} minutes: ${whatLacks(status)}`,
          'Its log says more.',
        );
      await new Promise((resolve) => setTimeout(resolve, readStatusEveryMs));
    }
  }

  /** Its container, volume and run folder, whatever there is of them. */
  async discard(generation: Generation): Promise<void> {
    const engine = await this.#engine();
    const name = generationName(generation);
    await engine.removeContainer(name);
    await engine.removeVolume(name);
    await this.folder(generation).remove();
  }

  /** As `discard`, on the way out of a failure that must not be hidden by another: what stays is swept at the next start. */
  async tryDiscard(generation: Generation): Promise<void> {
    await this.discard(generation).catch((error: unknown) => {
      const name = generationName(generation);
      this.#logger.warn('it could not be thrown away', { name, error: messageOf(error) });
    });
  }

  /** All there is of any: a container, a volume or a run folder. */
  async found(): Promise<Generation[]> {
    const engine = await this.#engine();
    const filter = labFilter(this.#labId());
    const [containers, volumes, folders] = await Promise.all([
      engine.containers(filter),
      engine.volumes(filter),
      readdir(this.#runDir).catch(() => []),
    ]);
    const names = new Set([...containers, ...volumes].map(({ name }) => name).concat(folders));
    return [...names].flatMap((name) => parseGeneration(name) ?? []);
  }

  /** Discards what a crash left of this instance: every generation but `kept`; null: all of them. */
  async sweep(key: string, kept: number | null): Promise<void> {
    const rubbish = (await this.found()).filter((one) => one.key === key && one.number !== kept);
    for (const generation of rubbish) await this.#throwAway(generation);
  }

  /** Discards the scratch instances a crash left; not those of this run. */
  async sweepScratch(found: readonly Generation[]): Promise<void> {
    const rubbish = found.filter(({ key }) => isScratchKey(key) && !this.#ownScratch.has(key));
    for (const generation of rubbish) await this.#throwAway(generation);
  }

  async #throwAway(generation: Generation): Promise<void> {
    this.#logger.info('throwing away what was left behind', { name: generationName(generation) });
    await this.discard(generation);
  }

  async #isGone(engine: ContainerEngine, imageId: string, error: unknown): Promise<boolean> {
    if (!(error instanceof LabError) || error.code !== 'NOT_FOUND') return false;
    return (await engine.findImage(imageId)) === null;
  }

  async #requireVolume(engine: ContainerEngine, name: string, record: InstanceRecord): Promise<void> {
    const volumes = await engine.volumes(labFilter(this.#labId()));
    if (!volumes.some((volume) => volume.name === name))
      fail(
        'CONFLICT',
        `The volume with the data of ${record.name} is gone`,
        'Somebody removed it outside Labdeck. Restore a backup, or remove the instance.',
      );
  }

  async #requireRunning(engine: ContainerEngine, name: string): Promise<void> {
    const container = await engine.findContainer(name);
    if (container?.state === 'running') return;
    const said = container ? await engine.logs(name, 20).catch(() => '') : '';
    fail(
      'COMMAND_FAILED',
      container
        ? `The container ended by itself (exit code ${container.exitCode ?? 'unknown'})`
        : 'The container was removed by somebody else',
      said.trim() === '' ? 'Try again.' : `It said last: ${said.trim().split('\n').at(-1)}`,
      { details: { log: said } },
    );
  }

  #specOf(
    record: InstanceRecord,
    generation: Generation,
    folder: RunFolder,
    start: InstanceConfig['start'],
  ): ContainerSpec {
    const image = record.image ?? fail('CONFLICT', `${record.name} has no image yet`);
    const name = generationName(generation);
    const spec = {
      name,
      image: image.imageId,
      hostname: `labdeck-${record.name}`,
      volumes: [{ volume: name, target: stateTarget }],
      binds: [{ source: folder.path, target: runFolderTarget, readOnly: false }],
      // Nobody is to reach it then, and whoever has its port meanwhile does not matter.
      ports: start === 'maintenance' ? [] : [{ host: record.port, container: 80 }],
      capabilities,
      memoryLimitBytes: record.memoryLimitBytes,
    };
    const config = createHash('sha256').update(JSON.stringify(spec)).digest('hex');
    return {
      ...spec,
      labels: { ...labelsOf(this.#labId(), generation, record.name), [configLabel]: config },
    };
  }
}

function imageGone({ name }: InstanceRecord, image: string): LabError {
  return new LabError('NOT_FOUND', `The image of ${name} is gone`, {
    hint: 'Somebody removed it outside Labdeck. Start the instance, and it is built anew.',
    details: { image },
  });
}

function configOf(record: InstanceRecord, start: InstanceConfig['start']): InstanceConfig {
  const { name, include, lean } = record;
  return { version: 1, name, url: urlOf(record.port), start, worker: include.worker, lean };
}

function whatLacks(status: InstanceStatus | null): string {
  if (!status) return 'it said nothing';
  const down = Object.entries(status.parts).filter(([, { state }]) => state !== 'ok' && state !== 'off');
  return down
    .map(([part, { state, detail }]) => `${part} is ${state}${detail ? ` (${detail})` : ''}`)
    .join(', ');
}

function toError({ code, message, hint }: { code: string; message: string; hint: string }): LabError {
  const known = code === 'CONFLICT' || code === 'DISK_FULL' || code === 'DAMAGED' ? code : 'COMMAND_FAILED';
  return new LabError(known, message, { hint });
}
