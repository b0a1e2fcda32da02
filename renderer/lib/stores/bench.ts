import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  About,
  Backup,
  Board,
  Client,
  ConsoleInfo,
  ConsolesChange,
  Instance,
  Notice,
  Port,
  PowerChange,
  PowerReading,
  Settings,
  Task,
  Watch,
} from '../../../main/contract/index.ts';

/** What the core last said. Null: it has not said yet. Nothing here is ever guessed or set by the window. */
export interface BenchState {
  readonly boards: readonly Board[] | null;
  readonly power: Readonly<Record<string, PowerReading>>;
  readonly consoles: Readonly<Record<string, ConsoleInfo>>;
  readonly ports: readonly Port[] | null;
  readonly settings: Settings | null;
  readonly notices: readonly Notice[];
  readonly about: About | null;
  /** Newest first. */
  readonly tasks: readonly Task[] | null;
  readonly instances: readonly Instance[] | null;
  /** Of all instances, also of those that are gone; newest first. */
  readonly backups: readonly Backup[] | null;
  readonly watches: readonly Watch[] | null;
  /** Who this window is to the leases. */
  readonly me: Client | null;
}

export type BenchStore = StoreApi<BenchState>;

export function createBench(): BenchStore {
  return createStore(() => ({
    boards: null,
    power: {},
    consoles: {},
    ports: null,
    settings: null,
    notices: [],
    about: null,
    tasks: null,
    instances: null,
    backups: null,
    watches: null,
    me: null,
  }));
}

export function applyPower(state: BenchState, change: PowerChange): Pick<BenchState, 'power'> {
  if (change.type === 'snapshot') {
    return { power: Object.fromEntries(change.readings.map((reading) => [reading.boardId, reading])) };
  }
  return { power: { ...state.power, [change.reading.boardId]: change.reading } };
}

export function applyConsoles(state: BenchState, change: ConsolesChange): Pick<BenchState, 'consoles'> {
  if (change.type === 'snapshot') {
    return { consoles: Object.fromEntries(change.consoles.map((info) => [info.consoleId, info])) };
  }
  const { [change.consoleId]: _, ...others } = state.consoles;
  return { consoles: change.info === null ? others : { ...state.consoles, [change.consoleId]: change.info } };
}
