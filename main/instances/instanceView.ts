import type { Instance, InstanceState, PartHealth } from '../contract/index.ts';
import type { ContainerInfo } from './engine/engine.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import { type InstanceStatus, instanceParts, isWell } from './instanceStatus.ts';

/** What is seen of an instance's present generation. */
export interface Observation {
  /** null: there is none; undefined: nobody could look yet. */
  readonly container: ContainerInfo | null | undefined;
  /** What its init said last, of the present run. */
  readonly status: InstanceStatus | null;
  /** It runs, and has said nothing for too long. */
  readonly isSilent: boolean;
  /** Of one core, from two statuses; null until there were two. */
  readonly cpuPercent: number | null;
}

/** What is being done to it. */
export interface Busy {
  readonly taskId: string;
  readonly doing: 'installing' | 'starting' | 'stopping' | 'removing' | 'working';
}

export const unseen: Observation = { container: undefined, status: null, isSilent: false, cpuPercent: null };

/** An instance as clients see it. */
export function toInstance(record: InstanceRecord, seen: Observation, busy: Busy | null): Instance {
  const state = stateOf(record, seen, busy);
  const isUp = seen.container?.state === 'running';
  const status = isUp ? seen.status : null;
  return {
    name: record.name,
    key: record.key,
    source: record.source,
    resolved: record.image?.resolved ?? null,
    imageId: record.image?.imageId ?? null,
    version: status?.lavaVersion ?? record.image?.version ?? null,
    state,
    parts: partsOf(record, seen),
    usage: status
      ? {
          cpuPercent: seen.cpuPercent ?? 0,
          memoryBytes: status.usage.memoryBytes,
          diskBytes: status.usage.diskBytes,
        }
      : null,
    holds: seen.status?.holds ?? null,
    url: urlOf(record.port),
    port: record.port,
    include: record.include,
    memoryLimitBytes: record.memoryLimitBytes,
    lean: record.lean,
    autostart: record.autostart,
    backup: record.backup,
    taskId: busy?.taskId ?? (record.phase === 'installed' ? null : record.taskId),
    problem: record.problem ?? status?.problem ?? null,
    watch: record.watch,
    createdAtMs: record.createdAtMs,
  };
}

export const urlOf = (port: number) => `http://127.0.0.1:${port}/`;

function stateOf(record: InstanceRecord, seen: Observation, busy: Busy | null): InstanceState {
  if (record.phase === 'removing') return record.problem && !busy ? 'failed' : 'removing';
  if (record.phase === 'installing') return 'installing';
  if (record.phase === 'failed') return 'failed';
  if (busy && busy.doing !== 'working') return busy.doing;
  const { container, status } = seen;
  if (container === undefined) return 'unknown';
  // One that is to stand still lacks nothing without a container: start makes it anew on its volume.
  if (container === null) return record.wanted === 'stopped' ? 'stopped' : 'missing';
  if (container.state !== 'running') return record.problem ? 'failed' : 'stopped';
  if (seen.isSilent) return 'degraded';
  if (!status || status.state === 'starting' || status.state === 'migrating') return 'starting';
  if (status.state === 'failed') return 'failed';
  if (status.state === 'stopping') return 'stopping';
  if (isWell(status)) return 'running';
  return instanceParts.some((part) => status.parts[part].state === 'down') ? 'degraded' : 'starting';
}

function partsOf(record: InstanceRecord, seen: Observation): PartHealth[] {
  return instanceParts.map((part) => {
    const said = seen.status?.parts[part];
    if (seen.container?.state !== 'running') return { part, state: 'off', restarts: 0, detail: null };
    if (part === 'worker' && !record.include.worker) return { part, state: 'off', restarts: 0, detail: null };
    if (!said) return { part, state: 'starting', restarts: 0, detail: null };
    const { restarts, detail } = said;
    return { part, state: seen.isSilent ? 'unknown' : said.state, restarts, detail };
  });
}
