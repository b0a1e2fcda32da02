import { systemClock } from '../../main/base/clock.ts';
import type { Disposable } from '../../main/base/disposable.ts';
import { Emitter } from '../../main/base/emitter.ts';
import { silentLogger } from '../../main/base/logger.ts';
import type { BoardId, TaskStep } from '../../main/contract/index.ts';
import type { PowerDeps, PowerEars } from '../../main/power/index.ts';
import { TasksService } from '../../main/tasks/index.ts';

/** A machine without a USB hub. */
export function noUsb(): PowerDeps['usb'] {
  const gone = async (): Promise<never> => {
    throw new Error('there is no hub here');
  };
  return {
    socket: () => null,
    hubOf: () => null,
    labelOf: (socketId) => `USB socket ${socketId}`,
    canAsk: () => false,
    isPowered: async () => null,
    switchSocket: gone,
    consequences: (socketId) => ({ switching: 'unknown', sockets: [socketId], refuses: null }),
    onDidChange: new Emitter<void>().event,
  };
}

/** Secrets in memory. */
export class FakeSecrets {
  readonly kept = new Map<string, string>();

  async get(name: string): Promise<string | null> {
    return this.kept.get(name) ?? null;
  }

  async set(name: string, value: string): Promise<void> {
    this.kept.set(name, value);
  }

  async remove(name: string): Promise<void> {
    this.kept.delete(name);
  }
}

type Listener = Parameters<PowerEars['listen']>[1];

/** Boards that print what a test lets them print. */
export class FakeEars implements PowerEars {
  readonly #listeners = new Map<BoardId, Set<Listener>>();
  readonly recent = new Map<BoardId, { text: string; atMs: number }[]>();
  readonly knownToBoot = new Set<BoardId>();

  async recentLines(boardId: BoardId): Promise<{ text: string; atMs: number }[]> {
    return this.recent.get(boardId) ?? [];
  }

  listen(boardId: BoardId, listener: Listener): Disposable {
    const listeners = this.#listeners.get(boardId) ?? new Set();
    this.#listeners.set(boardId, listeners.add(listener));
    return { dispose: () => void listeners.delete(listener) };
  }

  isKnownToBoot(boardId: BoardId): boolean {
    return this.knownToBoot.has(boardId);
  }

  print(boardId: BoardId, text: string, atMs: number): void {
    for (const listener of this.#listeners.get(boardId) ?? [])
      listener(`${boardId}.main`, Buffer.from(text), atMs);
  }

  /** How many listen: nobody does once a test is over. */
  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, each) => sum + each.size, 0);
  }
}

/** What a task is told while it runs, for work that is tested without a TasksService. */
export class FakeTask {
  readonly taskId = 'task';
  readonly #stop = new AbortController();
  readonly signal = this.#stop.signal;
  readonly steps: TaskStep['name'][] = [];
  logged = '';

  step(name: string): void {
    this.steps.push(name);
  }

  progress(): void {}

  log(text: string): void {
    this.logged += `${text}\n`;
  }

  cancel(reason: Error): void {
    this.#stop.abort(reason);
  }
}

/** What a PowerService needs beside boards and ports, in its smallest form. */
export function powerParts(): Pick<PowerDeps, 'usb' | 'secrets' | 'tasks' | 'ears' | 'staggerMs'> {
  return {
    usb: noUsb(),
    secrets: new FakeSecrets(),
    tasks: new TasksService(systemClock, silentLogger),
    ears: new FakeEars(),
    staggerMs: () => 500,
  };
}
