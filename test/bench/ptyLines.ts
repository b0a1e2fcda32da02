import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { GeneratorAnswer, GeneratorCommand } from './generatorMessages.ts';
import { childScript, root } from './paths.ts';
import { endProcess } from './processes.ts';
import { withTimeout } from './waiting.ts';

type Answer<T extends GeneratorAnswer['type']> = Extract<GeneratorAnswer, { type: T }>;

const readyWithinMs = 20_000;

/** Fresh ptys, and one process at their far ends that prints on them as told. */
export class PtyLines {
  /** Links to the ptys, to be opened by who reads them. */
  readonly devices: readonly string[];
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #answers: AsyncIterableIterator<string>;

  private constructor(child: ChildProcess, folder: string, count: number) {
    this.#child = child;
    this.#folder = folder;
    this.devices = Array.from({ length: count }, (_, at) => join(folder, String(at)));
    if (!child.stdout) throw new Error('the generator has no stdout');
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Rejects when they do not stand within 20 s. */
  static async open(count: number): Promise<PtyLines> {
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-lines-'));
    copyFileSync(join(root, 'test', 'bench', 'openPtys.sh'), join(folder, 'openPtys.sh'));
    const child = spawn('sh', ['openPtys.sh', '0', String(count)], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, BENCH_NODE: process.execPath, BENCH_CHILD: childScript('generator') },
    });
    const lines = new PtyLines(child, folder, count);
    try {
      await lines.#hear('ready', readyWithinMs);
      const missing = lines.devices.filter((device) => !existsSync(device));
      if (missing.length > 0) throw new Error(`no pty at ${missing.join(', ')}`);
      return lines;
    } catch (error) {
      await lines.close();
      throw error;
    }
  }

  /** Prints `consoleText(seed, bytes)` on the first line, as fast as it is taken; resolves when all went out. */
  async flood(timeoutMs: number): Promise<Answer<'done'>> {
    this.#tell({ type: 'flood' });
    return await this.#hear('done', timeoutMs);
  }

  async prepare(seed: number, bytes: number): Promise<void> {
    this.#tell({ type: 'prepare', seed, bytes });
    await this.#hear('prepared', readyWithinMs);
  }

  /** Prints on every line at a UART's pace, each its own text. */
  async drip(pace: { bytesPerSecond: number; seconds: number; tickMs: number }): Promise<Answer<'done'>> {
    this.#tell({ type: 'drip', lines: this.devices.length, ...pace });
    return await this.#hear('done', pace.seconds * 1000 * 2 + 10_000);
  }

  /** Hangs up: the ptys are gone afterwards. */
  async close(): Promise<void> {
    await endProcess(this.#child);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tell(command: GeneratorCommand): void {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  async #hear<T extends GeneratorAnswer['type']>(type: T, timeoutMs: number): Promise<Answer<T>> {
    const { value } = await withTimeout(this.#answers.next(), timeoutMs, `the generator's ${type}`);
    const answer = value === undefined ? null : (JSON.parse(value) as GeneratorAnswer);
    if (answer?.type !== type) throw new Error(`the generator answered ${value}, not ${type}`);
    return answer as Answer<T>;
  }
}
