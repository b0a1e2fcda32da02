import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../base/logger.ts';
import { TestClock } from './testClock.ts';
import { VirtualBench } from './virtualBench.ts';
import type { VirtualBoard } from './virtualBoard.ts';

export const never = new AbortController().signal;

/** A folder with benches on it; time stands still unless a test moves it. */
export class TestBench {
  readonly clock = new TestClock();
  readonly dir: string;
  readonly #benches: VirtualBench[] = [];

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async create(): Promise<TestBench> {
    return new TestBench(await mkdtemp(join(tmpdir(), 'labdeck-sim-')));
  }

  /** A core that starts on this folder; whether the one before was closed or just gone is the test's affair. */
  startCore(): VirtualBench {
    const { dir, clock } = this;
    const bench = new VirtualBench({ dir, runtimeDir: join(dir, 'run'), clock, logger: silentLogger });
    this.#benches.push(bench);
    return bench;
  }

  async dispose(): Promise<void> {
    for (const bench of this.#benches) await bench.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Somebody at a board's console. */
export class Operator {
  readonly board: VirtualBoard;
  readonly #clock: TestClock;
  printed = '';

  constructor(board: VirtualBoard, clock: TestClock) {
    this.board = board;
    this.#clock = clock;
    board.onDidPrint((bytes) => {
      this.printed += Buffer.from(bytes).toString('latin1');
    });
  }

  async type(text: string): Promise<void> {
    await this.board.type(Buffer.from(text, 'latin1'));
  }

  /** Types a line and returns all that is printed within `ms`, echo included. */
  async ask(line: string, ms = 1000): Promise<string> {
    const before = this.printed.length;
    await this.type(`${line}\r`);
    await this.#clock.advance(ms);
    return this.printed.slice(before);
  }

  /** Resolves once all the board remembers is on disk: time here runs faster than the disk. */
  async remembered(): Promise<void> {
    await this.board.setLed(1, this.board.cable.leds[0]);
  }

  /** Powers on and stops autoboot. */
  async toBootloader(): Promise<void> {
    await this.board.setPower('on', never);
    await this.#clock.advance(1000);
    await this.type(' ');
    await this.#clock.advance(100);
  }

  async toShell(): Promise<void> {
    await this.board.setPower('on', never);
    await this.#clock.advance(5000);
    await this.ask('root');
  }
}
