import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Emitter, type Event } from '../../base/emitter.ts';
import { fail, LabError } from '../../contract/labError.ts';
import type { QemuMemory } from '../boardMemory.ts';
import { isRunning, killProcess } from './processIdentity.ts';
import { connectSocket, QmpClient } from './qmpClient.ts';

const maxUnsentBytes = 1024 * 1024;

/** One running QEMU, from power-on to its end: its monitor, its console, its process. */
export class QemuMachine {
  readonly record: QemuMemory;
  readonly #qmp: QmpClient;
  readonly #console: Socket;
  readonly #printed = new Emitter<Uint8Array>();
  readonly #ended = new Emitter<void>();
  readonly onDidPrint: Event<Uint8Array> = this.#printed.event;
  /** Fires once, after the last byte, when it ended by itself. */
  readonly onDidEnd: Event<void> = this.#ended.event;
  #consoleOpen = true;
  #over = false;
  #cleaned = false;

  private constructor(record: QemuMemory, qmp: QmpClient, console: Socket) {
    this.record = record;
    this.#qmp = qmp;
    this.#console = console;
    // A copy: Node may hand out a slice of something larger, and listeners keep what they get.
    console.on('data', (chunk: Buffer) => this.#printed.fire(new Uint8Array(chunk)));
    console.on('close', () => {
      this.#consoleOpen = false;
      void this.#hungUp();
    });
    qmp.onDidClose(() => void this.#hungUp());
  }

  /**
   * Connects to a QEMU, which stands still afterwards: nothing is printed before `resume()`, so that every byte
   * of the console is either in its log by now or comes through the connection.
   */
  static async connect(record: QemuMemory, signal: AbortSignal): Promise<QemuMachine> {
    const qmp = await QmpClient.open(record.qmpPath, signal);
    let console: Socket | null = null;
    try {
      await qmp.execute('stop');
      console = await connectSocket(record.consolePath, signal);
      await untilAttached(qmp, signal);
      return new QemuMachine(record, qmp, console);
    } catch (error) {
      console?.destroy();
      qmp.close();
      throw error;
    }
  }

  resume(): Promise<unknown> {
    return this.#qmp.execute('cont');
  }

  /** Runs `work` while the guest stands still, a few milliseconds. */
  async whileStopped(work: () => Promise<void>): Promise<void> {
    await this.#qmp.execute('stop');
    try {
      await work();
    } finally {
      await this.resume();
    }
  }

  /** A break on the guest's serial port; QEMU knows no duration. */
  async sendBreak(): Promise<void> {
    await this.#qmp.execute('chardev-send-break', { id: 'console' });
  }

  /** Resolves once the kernel has the bytes. Rejects with DEVICE_BUSY or DEVICE_GONE. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#console.writableLength > maxUnsentBytes)
      fail('DEVICE_BUSY', 'The board has not yet read what was typed before.', 'Wait, or switch it off.');
    return new Promise((resolve, reject) => {
      // A copy: the caller may use its bytes again before they are sent.
      this.#console.write(new Uint8Array(bytes), (error) => {
        if (error) reject(new LabError('DEVICE_GONE', 'The board lost power while you typed.'));
        else resolve();
      });
    });
  }

  /** Pulls the plug: nothing is printed after this was called. Rejects with TIMEOUT if it does not die. */
  async kill(): Promise<void> {
    this.#over = true;
    this.#console.removeAllListeners('data');
    const gone = await killProcess(this.record);
    await this.#cleanUp();
    if (!gone) throw new LabError('TIMEOUT', `QEMU (pid ${this.record.pid}) does not end.`);
  }

  /** One of the connections closed: the process ended, or is of no use any more. */
  async #hungUp(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    for (let waited = 0; waited < 500 && (await isRunning(this.record)); waited += 10) await delay(10);
    await killProcess(this.record);
    // What it printed last may still be under way to us.
    for (let waited = 0; waited < 500 && this.#consoleOpen; waited += 10) await delay(10);
    if (this.#cleaned) return;
    await this.#cleanUp();
    this.#ended.fire();
  }

  async #cleanUp(): Promise<void> {
    // Once: later the same paths belong to the next life of the board.
    if (this.#cleaned) return;
    this.#cleaned = true;
    this.#qmp.close();
    this.#console.destroy();
    await rm(this.record.consolePath, { force: true });
    await rm(this.record.qmpPath, { force: true });
  }
}

/** connect() succeeds before QEMU has accepted; only its own word says that the console is ours. */
async function untilAttached(qmp: QmpClient, signal: AbortSignal): Promise<void> {
  for (;;) {
    const chardevs = (await qmp.execute('query-chardev')) as { label?: string; filename?: string }[];
    const console = chardevs.find((chardev) => chardev.label === 'console');
    if (console && !console.filename?.startsWith('disconnected')) return;
    signal.throwIfAborted();
    await delay(2);
  }
}
