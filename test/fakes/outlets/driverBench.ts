import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, systemClock } from '../../../main/base/clock.ts';
import { silentLogger } from '../../../main/base/logger.ts';
import { OutletMemory } from '../../../main/power/outletMemory.ts';

/** Structurally what drivers of network outlets and commands are given. */
interface Deps {
  readonly secret: () => Promise<string | null>;
  readonly memory: OutletMemory;
  readonly clock: Clock;
  readonly boardName: () => string;
  readonly timing: { readonly requestMs?: number; confirmTries: number; confirmEveryMs: number };
}

/** What a driver stands on: a memory on disk, a clock, a secret and a board's name that may change. */
export class DriverBench {
  readonly dir: string;
  secret: string | null = null;
  boardName = 'rpi4';
  clock: Clock = systemClock;
  timing: Deps['timing'] = { confirmTries: 3, confirmEveryMs: 1 };

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async make(): Promise<DriverBench> {
    return new DriverBench(await mkdtemp(path.join(tmpdir(), 'labdeck-outlet-')));
  }

  /** As after a start of Labdeck: what is remembered comes from the disk. */
  async deps(): Promise<Deps> {
    const memory = new OutletMemory({ dir: this.dir, logger: silentLogger, notices: null });
    await memory.load();
    return {
      secret: async () => this.secret,
      memory,
      clock: this.clock,
      boardName: () => this.boardName,
      timing: this.timing,
    };
  }

  async dispose(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}
