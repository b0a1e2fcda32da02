import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { DisposableStore } from '../../base/disposable.ts';
import type { Event } from '../../base/emitter.ts';
import { errnoOf, messageOf } from '../../base/errno.ts';
import { exec } from '../../base/exec.ts';
import type { FileProtocol } from '../../contract/index.ts';
import { fail, LabError } from '../../contract/labError.ts';
import { TransferProgress } from './transferProgress.ts';

/** The line, for the transfer alone. */
export interface TransferLine {
  write(bytes: Uint8Array): Promise<void>;
  readonly onDidReceive: Event<Uint8Array>;
  /** The line went. */
  readonly onDidLose: Event<LabError>;
}

export interface TransferRun {
  readonly line: TransferLine;
  readonly signal: AbortSignal;
  /** 0 to 1. */
  readonly onProgress: (done: number) => void;
  /** What the program says, line by line. */
  readonly onLog: (text: string) => void;
}

type Sender = ChildProcessByStdio<Writable, Readable, Readable>;

/** lrzsz's sender; some distributions put an `l` before the name. */
const programs = ['sz', 'lsz'] as const;
const versionTimeoutMs = 5_000;
/** Eight CAN end any of the three protocols; the backspaces wipe them where a shell reads already (lrzsz does so too). */
const abortSequence = Buffer.from('\x18'.repeat(8) + '\b'.repeat(8), 'latin1');
/** What a board prints that the program does not read must not fill memory. */
const maxUnreadBytes = 1024 * 1024;

/** A file on its way to a board with X-, Y- or ZMODEM, as `lrzsz` does it. */
export class FileTransfer {
  readonly #program: string;
  readonly #path: string;
  readonly #protocol: FileProtocol;
  readonly #sizeBytes: number;

  private constructor(program: string, path: string, protocol: FileProtocol, sizeBytes: number) {
    this.#program = program;
    this.#path = path;
    this.#protocol = protocol;
    this.#sizeBytes = sizeBytes;
  }

  /** Rejects with LabError NOT_FOUND, BAD_REQUEST, PERMISSION_DENIED (the file), MISSING_DEPENDENCY (lrzsz). */
  static async prepare(path: string, protocol: FileProtocol): Promise<FileTransfer> {
    const sizeBytes = await sizeOf(path);
    return new FileTransfer(await findProgram(), path, protocol, sizeBytes);
  }

  /**
   * Sends it; the board must be receiving, or (ZMODEM) be at a shell. Rejects with the signal's reason, LabError
   * DEVICE_GONE when the line went, what `line.write` rejects with, or COMMAND_FAILED when the board did not take it.
   */
  async run({ line, signal, onProgress, onLog }: TransferRun): Promise<void> {
    signal.throwIfAborted();
    const held = new DisposableStore();
    const sender = this.#spawn();
    try {
      const progress = new TransferProgress(this.#sizeBytes, onProgress, onLog);
      sender.stderr.on('data', (bytes: Buffer) => progress.push(bytes));
      held.add(line.onDidReceive((bytes) => giveTo(sender, bytes)));
      const lost = new Promise<never>((_, reject) => {
        held.add(line.onDidLose((problem) => reject(this.#goneWith(problem))));
        const onAbort = () => reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        held.add({ dispose: () => signal.removeEventListener('abort', onAbort) });
      });
      const exit = await Promise.race([Promise.all([exitOf(sender), pump(sender.stdout, line)]), lost]);
      if (exit[0] !== 0) throw this.#refused(exit[0], progress.lastWords);
      onProgress(1);
    } catch (error) {
      sender.kill('SIGKILL');
      // The board must not wait for the rest; where the line is gone there is nobody to tell.
      await line.write(abortSequence).catch(() => {});
      throw error;
    } finally {
      held.dispose();
    }
  }

  #spawn(): Sender {
    const args = [`--${this.#protocol}`, '--binary', '-vv', ...(this.#protocol === 'ymodem' ? ['--1k'] : [])];
    // The name the board sees is the file's own, without its folder.
    return spawn(this.#program, [...args, '--', `./${basename(this.#path)}`], {
      cwd: dirname(this.#path),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  #goneWith(problem: LabError): LabError {
    return new LabError(
      'DEVICE_GONE',
      `The line went while ${basename(this.#path)} was sent: ${problem.message}`,
      {
        hint: 'Plug the board in again and send the file once more.',
      },
    );
  }

  #refused(exitCode: number | null, stderr: string): LabError {
    return new LabError(
      'COMMAND_FAILED',
      `The board did not take ${basename(this.#path)} (${this.#protocol})`,
      {
        hint: `Start the receiver on the board first: ${receivers[this.#protocol]}.`,
        details: { argv: [this.#program], exitCode, stderr },
      },
    );
  }
}

const receivers: Readonly<Record<FileProtocol, string>> = {
  xmodem: 'loadx in U-Boot, rx FILE in Linux',
  ymodem: 'loady in U-Boot, rb in Linux',
  zmodem: 'rz in Linux',
};

async function sizeOf(path: string): Promise<number> {
  const file = await stat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'EACCES')
      return fail('PERMISSION_DENIED', `${path} may not be read`, undefined, { field: 'path' });
    return fail(
      'NOT_FOUND',
      `There is no file ${path}`,
      'Give the path of a file on the machine of the core.',
      {
        field: 'path',
      },
    );
  });
  if (!file.isFile()) fail('BAD_REQUEST', `${path} is no file`, undefined, { field: 'path' });
  return file.size;
}

async function findProgram(): Promise<string> {
  for (const program of programs) {
    const found = await exec([program, '--version'], { timeoutMs: versionTimeoutMs }).then(
      () => true,
      (error: unknown) => !(error instanceof LabError && error.code === 'MISSING_DEPENDENCY'),
    );
    if (found) return program;
  }
  return fail(
    'MISSING_DEPENDENCY',
    'Sending files takes lrzsz, which is not installed',
    'sudo apt install lrzsz',
  );
}

function exitOf(sender: Sender): Promise<number | null> {
  return new Promise((resolve, reject) => {
    sender.once('error', (error) =>
      reject(new LabError('COMMAND_FAILED', `sz did not start: ${messageOf(error)}`, {}, { cause: error })),
    );
    sender.once('close', (code) => resolve(code));
    // It may end while the board still talks.
    sender.stdin.on('error', () => {});
  });
}

/** Each piece waits for the one before: what the line has not taken stays in the pipe, and the program waits. */
async function pump(from: Readable, line: TransferLine): Promise<void> {
  for await (const bytes of from) await line.write(bytes as Buffer);
}

function giveTo(sender: Sender, bytes: Uint8Array): void {
  if (sender.stdin.writable && sender.stdin.writableLength < maxUnreadBytes) sender.stdin.write(bytes);
}
