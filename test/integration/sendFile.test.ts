import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Emitter } from '../../main/base/emitter.ts';
import { FileTransfer, type TransferLine } from '../../main/console/typing/fileTransfer.ts';
import { LabError } from '../../main/contract/labError.ts';

/** A line with lrzsz's receiver at its far end, as a board has it. */
class ReceivingBoard implements TransferLine {
  readonly #received = new Emitter<Uint8Array>();
  readonly #lost = new Emitter<LabError>();
  readonly onDidReceive = this.#received.event;
  readonly onDidLose = this.#lost.event;
  readonly #receiver: ChildProcess;
  readonly exitCode: Promise<number | null>;
  /** Bytes after which the cable is pulled. */
  unplugAfterBytes = Number.POSITIVE_INFINITY;
  written: Buffer[] = [];
  #writtenBytes = 0;
  #plugged = true;

  constructor(argv: readonly [string, ...string[]], cwd: string) {
    const [program, ...args] = argv;
    this.#receiver = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#receiver.stdin?.on('error', () => {});
    this.#receiver.stdout?.on('data', (bytes: Buffer) => {
      if (this.#plugged) this.#received.fire(bytes);
    });
    this.exitCode = new Promise((resolve) => this.#receiver.once('close', (code) => resolve(code)));
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#plugged) throw new LabError('DEVICE_GONE', '/dev/ttyUSB0 is not there');
    this.written.push(Buffer.from(bytes));
    this.#writtenBytes += bytes.length;
    await new Promise<void>((resolve) => this.#receiver.stdin?.write(bytes, () => resolve()));
    if (this.#writtenBytes >= this.unplugAfterBytes) this.unplug();
  }

  unplug(): void {
    this.#plugged = false;
    this.#lost.fire(new LabError('DEVICE_GONE', '/dev/ttyUSB0 is not there'));
  }

  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  end(): void {
    this.#receiver.kill('SIGKILL');
  }
}

let dir: string;
let there: string;
let boards: ReceivingBoard[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'labdeck-send-'));
  there = join(dir, 'board');
  mkdirSync(there);
  boards = [];
});
afterEach(() => {
  for (const board of boards) board.end();
  rmSync(dir, { recursive: true, force: true });
});

function board(...argv: [string, ...string[]]): ReceivingBoard {
  const receiving = new ReceivingBoard(argv, there);
  boards.push(receiving);
  return receiving;
}

/** All 256 values next to each other in any order, and more of them. */
function makeFile(name: string, bytes: number): { path: string; content: Buffer } {
  const every = Buffer.from(Uint8Array.from({ length: 65_536 }, (_, n) => (n % 2 === 0 ? n >> 9 : n >> 1)));
  const content = Buffer.concat([every, randomBytes(bytes - every.length)]);
  const path = join(dir, name);
  writeFileSync(path, content);
  return { path, content };
}

const never = new AbortController().signal;
const quiet = { onProgress: () => {}, onLog: () => {} };

test.each([
  ['zmodem', ['rz', '--binary'], 1024 * 1024],
  ['ymodem', ['rb'], 1024 * 1024],
  ['xmodem', ['rx', 'with space.bin'], 128 * 1024],
] as const)(
  'a file arrives whole with %s, whatever its bytes, and its progress shows',
  async (protocol, argv, bytes) => {
    const { path, content } = makeFile('with space.bin', bytes);
    const progress: number[] = [];
    const transfer = await FileTransfer.prepare(path, protocol);
    const line = board(...(argv as unknown as [string, ...string[]]));
    await transfer.run({ line, signal: never, onProgress: (done) => progress.push(done), onLog: () => {} });
    expect(await line.exitCode).toBe(0);
    expect(readFileSync(join(there, 'with space.bin')).equals(content)).toBe(true);
    expect(progress.at(-1)).toBe(1);
    expect(progress.some((done) => done > 0.1 && done < 0.9)).toBe(true);
  },
);

test('a cable pulled in the middle ends the transfer at once and says so', async () => {
  const { path } = makeFile('f.bin', 1024 * 1024);
  const transfer = await FileTransfer.prepare(path, 'zmodem');
  const line = board('rz', '--binary');
  line.unplugAfterBytes = 200_000;
  await expect(transfer.run({ line, signal: never, ...quiet })).rejects.toMatchObject({
    code: 'DEVICE_GONE',
    message: expect.stringContaining('while f.bin was sent'),
  });
});

test('a cancelled transfer tells the board to stop waiting', async () => {
  const { path } = makeFile('f.bin', 1024 * 1024);
  const transfer = await FileTransfer.prepare(path, 'ymodem');
  const line = board('rb');
  const stop = new AbortController();
  const running = transfer.run({ line, signal: stop.signal, ...quiet });
  running.catch(() => {});
  await vi.waitFor(() => expect(line.writtenBytes).toBeGreaterThan(10_000), { timeout: 10_000, interval: 5 });
  stop.abort(new LabError('CONFLICT', 'The task was cancelled'));
  await expect(running).rejects.toMatchObject({ message: 'The task was cancelled' });
  expect(Buffer.concat(line.written).includes('\x18'.repeat(8))).toBe(true);
  expect(await line.exitCode).not.toBe(0);
});

test('a receiver that gives up is told as what it is', async () => {
  const { path } = makeFile('f.bin', 128 * 1024);
  const transfer = await FileTransfer.prepare(path, 'zmodem');
  const line = board('sh', '-c', `printf '\\030\\030\\030\\030\\030\\030\\030\\030'; cat > /dev/null`);
  await expect(transfer.run({ line, signal: never, ...quiet })).rejects.toMatchObject({
    code: 'COMMAND_FAILED',
    data: { hint: expect.stringContaining('rz') },
  });
});

test('a file that is not there, or a folder, is refused before anything is sent', async () => {
  await expect(FileTransfer.prepare(join(dir, 'nothing'), 'zmodem')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(FileTransfer.prepare(there, 'zmodem')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('without lrzsz one is told how to get it', async () => {
  const { path } = makeFile('f.bin', 128 * 1024);
  const before = process.env.PATH;
  process.env.PATH = dir;
  try {
    await expect(FileTransfer.prepare(path, 'zmodem')).rejects.toMatchObject({
      code: 'MISSING_DEPENDENCY',
      data: { hint: 'sudo apt install lrzsz' },
    });
  } finally {
    process.env.PATH = before;
  }
});
