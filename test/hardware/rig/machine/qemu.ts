import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type MachineOptions, machineArgv } from './machineArgv.ts';
import { Qmp } from './qmp.ts';

const startMs = 15_000;
const shownChars = 4000;

/** A running QEMU. It ends with `stop`, and with the process that started it, however that ends. */
export class Qemu {
  readonly qmp: Qmp;
  readonly #child: ChildProcess;
  readonly #options: MachineOptions;
  readonly #said: string[];

  private constructor(child: ChildProcess, qmp: Qmp, options: MachineOptions, said: string[]) {
    this.#child = child;
    this.qmp = qmp;
    this.#options = options;
    this.#said = said;
  }

  /** `onTrace` gets every line of QEMU's trace. Rejects with what QEMU says when it does not start. */
  static async start(options: MachineOptions, onTrace: (line: string) => void = () => {}): Promise<Qemu> {
    const argv = ['--pdeathsig', 'KILL', '--', ...machineArgv(options)];
    const child = spawn('setpriv', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    const said: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      onTrace(line);
    });
    let problem: Error | null = null;
    child.once('error', (error) => {
      problem = error;
    });
    const socket = path.join(options.runDir, 'qmp');
    for (const endMs = performance.now() + startMs; ; await sleep(10)) {
      if (existsSync(socket)) break;
      if (problem ?? child.exitCode !== null)
        throw new Error(`QEMU did not start: ${problem ?? said.join('\n')}`);
      if (performance.now() > endMs) {
        child.kill('SIGKILL');
        throw new Error(`QEMU does not get ready: ${said.join('\n')}`);
      }
    }
    return new Qemu(child, await Qmp.connect(socket), options, said);
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Ports of this machine that lead to the guest's, by the guest's port. */
  async forwarded(): Promise<Map<number, number>> {
    const table = await this.qmp.monitor('info usernet');
    const rows = table.matchAll(/TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+(\d+)/g);
    return new Map([...rows].map(([, host, guest]) => [Number(guest), Number(host)]));
  }

  /** The whole machine into a file, from which others go on. This one stands still afterwards. */
  async saveTo(file: string): Promise<void> {
    await this.qmp.execute('stop');
    await this.qmp.execute('migrate-set-parameters', { 'max-bandwidth': 1e12 });
    await this.qmp.execute('migrate', { uri: `exec:cat > ${file}` });
    for (;;) {
      const { status } = (await this.qmp.execute('query-migrate')) as { status?: string };
      if (status === 'completed') return;
      if (status === 'failed' || status === 'cancelled') throw new Error(`the snapshot ${status}`);
      await sleep(20);
    }
  }

  /** After a start from a snapshot: resolves once all of it is there and the guest runs. */
  async resume(): Promise<void> {
    for (const endMs = performance.now() + startMs; ; await sleep(10)) {
      const { status } = (await this.qmp.execute('query-status')) as { status: string };
      if (status === 'running') return;
      if (status !== 'inmigrate') break;
      if (performance.now() > endMs) throw new Error('the snapshot is not read');
    }
    await this.qmp.execute('cont');
  }

  /** The end of what the guest's kernel and QEMU itself printed, for an error message. */
  async log(): Promise<string> {
    const file = path.join(this.#options.runDir, 'console.log');
    const console = await readFile(file, 'utf8').catch(() => '');
    return `${console.slice(-shownChars)}\n${this.#said.join('\n').slice(-shownChars)}`;
  }

  async stop(): Promise<void> {
    this.qmp.close();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
