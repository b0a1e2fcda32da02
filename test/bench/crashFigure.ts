import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsoleInfo } from '../../main/contract/index.ts';
import { HeadlessHost } from '../fakes/headlessHost.ts';
import { recordingFile } from './benchHost.ts';
import { consoleText } from './consoleText.ts';
import type { Figure } from './figure.ts';
import { round } from './stats.ts';
import { waitFor } from './waiting.ts';

const totalBytes = 20_000_000;
const bytesPerSecond = 4_000_000;
const tickMs = 5;
const kills = 5;
const killAfterMs = 2_500;

interface Kill {
  /** How long before the kill the last byte that reached the file was printed. */
  readonly missingMs: number;
  readonly isPrefix: boolean;
  /** The recording goes on where it was after the next start. */
  readonly opensAgain: boolean;
}

/** The core is killed with -9 in the middle of 20 MB: what is missing of what was printed before. */
export const crashFigure: Figure = {
  name: 'crash',
  title: `kill -9 of the core while ${totalBytes / 1e6} MB are printed`,
  run: async (progress) => {
    const all: Kill[] = [];
    for (let at = 1; at <= kills; at += 1) {
      progress(`kill ${at} of ${kills}`);
      all.push(await killOnce());
    }
    const worst = Math.max(...all.map(({ missingMs }) => missingMs));
    return {
      readings: [
        {
          name: 'missing before the kill, worst',
          value: worst,
          unit: 'ms',
          goal: { is: 'at most', value: 200 },
          note: `each: ${all.map(({ missingMs }) => round(missingMs)).join(', ')} ms`,
        },
        {
          name: 'recordings that are no prefix of what was printed, or do not open again',
          value: all.filter(({ isPrefix, opensAgain }) => !isPrefix || !opensAgain).length,
          unit: 'files',
          goal: { is: 'at most', value: 0 },
          note: `of ${kills}`,
        },
      ],
      raw: all,
    };
  },
};

async function killOnce(): Promise<Kill> {
  const dataDir = mkdtempSync(join(tmpdir(), 'labdeck-bench-crash-'));
  const printer = await Printer.listen(join(dataDir, 'board.sock'));
  try {
    const host = await HeadlessHost.start(dataDir);
    await host.rest('POST', '/boards', {
      name: 'crash',
      consoles: [{ endpoint: { kind: 'unix', path: printer.path } }],
    });
    await printer.reader(5_000);
    printer.start();
    await sleep(killAfterMs);
    const printedBytes = printer.printedBytes;
    process.kill(host.pid, 'SIGKILL');
    await host.stop('SIGKILL');
    const recorded = readFileSync(recordingFile(dataDir, 'crash'));
    return {
      missingMs: ((printedBytes - recorded.length) / bytesPerSecond) * 1000,
      isPrefix: printer.text.subarray(0, recorded.length).equals(recorded),
      opensAgain: await opensAgain(dataDir, recorded.length),
    };
  } finally {
    printer.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function opensAgain(dataDir: string, bytes: number): Promise<boolean> {
  const host = await HeadlessHost.start(dataDir);
  try {
    const { body } = await host.rest('GET', '/boards/crash/consoles');
    const [info] = body as ConsoleInfo[];
    return info?.recording.state === 'recording' && info.recording.endOffset >= bytes;
  } finally {
    await host.stop();
  }
}

/** A board at the end of a unix socket that prints at a pace. */
class Printer {
  readonly path: string;
  readonly text = consoleText(0, totalBytes);
  readonly #server: Server;
  #socket: Socket | null = null;
  #timer: NodeJS.Timeout | null = null;
  #sent = 0;

  private constructor(path: string) {
    this.path = path;
    this.#server = createServer((socket) => {
      socket.on('error', () => {});
      this.#socket = socket;
    });
  }

  static async listen(path: string): Promise<Printer> {
    const printer = new Printer(path);
    await new Promise<void>((resolve) => printer.#server.listen(path, resolve));
    return printer;
  }

  /** What the kernel has taken so far. */
  get printedBytes(): number {
    return this.#sent - (this.#socket?.writableLength ?? 0);
  }

  async reader(timeoutMs: number): Promise<void> {
    await waitFor(() => this.#socket, timeoutMs, 'the core opens the console');
  }

  start(): void {
    const startMs = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.min(totalBytes, ((performance.now() - startMs) * bytesPerSecond) / 1000);
      const to = Math.floor(due);
      this.#socket?.write(this.text.subarray(this.#sent, to));
      this.#sent = to;
    }, tickMs);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#socket?.destroy();
    this.#server.close();
  }
}
