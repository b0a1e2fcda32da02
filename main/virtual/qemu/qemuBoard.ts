import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import { KeyedQueue } from '../../base/keyedQueue.ts';
import type { Logger } from '../../base/logger.ts';
import type { Leds, SwitchState } from '../../contract/index.ts';
import { fail, LabError } from '../../contract/labError.ts';
import { type BoardMemory, type QemuMemory, withLed } from '../boardMemory.ts';
import { PrintEmitter } from '../printEmitter.ts';
import type { VirtualBoard } from '../virtualBoard.ts';
import { findQemuTools } from './availability.ts';
import { ConsoleLog, maxMissedBytes, trimAfterBytes } from './consoleLog.ts';
import { IdleThrottle } from './idleThrottle.ts';
import { endStray, launchQemu } from './launch.ts';
import { isRunning, killProcess, signalProcess } from './processIdentity.ts';
import { QemuMachine } from './qemuMachine.ts';
import type { SocketPaths } from './socketPaths.ts';

const adoptTimeoutMs = 5000;

export interface QemuBoardDeps {
  readonly key: string;
  readonly memory: BoardMemory;
  readonly paths: SocketPaths;
  /** Its files are `<filesPrefix>.log`, `.seen` and `.err`. */
  readonly filesPrefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A real U-Boot in QEMU, in a process of its own: starting and killing it is power. */
export class QemuBoard implements VirtualBoard {
  readonly kind = 'qemu';
  readonly #deps: QemuBoardDeps;
  readonly #memory: BoardMemory;
  readonly #log: ConsoleLog;
  readonly #switching = new KeyedQueue<'power'>();
  readonly #powerChanged = new Emitter<SwitchState>();
  readonly #printed: PrintEmitter;
  readonly onDidChangePower: Event<SwitchState> = this.#powerChanged.event;
  readonly onDidPrint: Event<Uint8Array>;
  /** Resolves once a QEMU of the last core was adopted, or found dead. Never rejects. */
  readonly ready: Promise<void>;
  #running: { readonly machine: QemuMachine; readonly throttle: IdleThrottle } | null = null;
  #trimAtBytes = trimAfterBytes;
  #closed = false;

  constructor(deps: QemuBoardDeps) {
    this.#deps = deps;
    this.#memory = deps.memory;
    this.#log = new ConsoleLog(`${deps.filesPrefix}.log`, `${deps.filesPrefix}.seen`);
    this.#printed = new PrintEmitter(maxMissedBytes, (bytes) => this.#log.delivered(bytes));
    this.onDidPrint = this.#printed.event;
    this.ready = this.#switching.run('power', () => this.#recover());
  }

  get cable(): VirtualBoard['cable'] {
    const { power, commandedAtMs, leds } = this.#memory.saved;
    return { state: power, commandedAtMs, leds };
  }

  setPower(state: SwitchState, signal: AbortSignal): Promise<void> {
    return this.#switching.run('power', async () => {
      signal.throwIfAborted();
      this.#refuseIfClosed();
      // A machine that died a moment ago, before we were told, is no machine.
      const runs = this.#running !== null && (await isRunning(this.#running.machine.record));
      if (state === 'off' || !runs) await this.#powerOff();
      if (state === 'on' && !runs) await this.#powerOn(signal);
      await this.#memory.update({ power: state, commandedAtMs: this.#deps.clock.nowMs() });
    });
  }

  async setLed(led: number, on: boolean): Promise<void> {
    this.#refuseIfClosed();
    await this.#memory.update({ leds: withLed(this.#memory.saved.leds, led, on) });
  }

  async setLeds(leds: Leds): Promise<void> {
    this.#refuseIfClosed();
    await this.#memory.update({ leds });
  }

  async type(bytes: Uint8Array): Promise<void> {
    await (await this.#awake()).write(bytes);
  }

  async sendBreak(): Promise<void> {
    await (await this.#awake()).sendBreak();
  }

  /** Goes dark for good; LEDs keep what was commanded. */
  async close(): Promise<void> {
    if (!this.#closed) await this.#switching.run('power', () => this.#powerOff());
    this.#closed = true;
    this.#log.close();
    await this.#memory.settled();
  }

  /** Removes its files. Close it first. */
  async forget(): Promise<void> {
    const { filesPrefix } = this.#deps;
    for (const end of ['log', 'seen', 'err']) await rm(`${filesPrefix}.${end}`, { force: true });
  }

  #refuseIfClosed(): void {
    if (this.#closed) fail('NOT_FOUND', 'The virtual board is gone.');
  }

  async #awake(): Promise<QemuMachine> {
    if (!this.#running) await this.ready;
    if (!this.#running)
      fail('POWERED_OFF', 'The board is off: nothing would read what you type.', 'Switch its power on.');
    this.#running.throttle.touch();
    return this.#running.machine;
  }

  async #powerOn(signal: AbortSignal): Promise<void> {
    const { key, paths, filesPrefix } = this.#deps;
    const tools = await findQemuTools();
    await this.#log.reset();
    const machine = await launchQemu(
      { key, tools, paths, logPath: this.#log.path, errorPath: `${filesPrefix}.err` },
      signal,
    );
    // Before the guest runs: from here on a crash of ours is followed by adoption.
    await this.#memory.update({ power: 'on', qemu: machine.record });
    this.#attach(machine);
    try {
      await machine.resume();
    } catch (error) {
      await this.#powerOff();
      throw error;
    }
  }

  async #powerOff(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    running?.throttle.dispose();
    await running?.machine.kill();
    await this.#memory.update({ power: 'off', qemu: null });
  }

  #attach(machine: QemuMachine): void {
    const throttle = new IdleThrottle(machine.record, this.#deps.clock);
    const running = { machine, throttle };
    this.#running = running;
    this.#trimAtBytes = trimAfterBytes;
    machine.onDidPrint((bytes) => {
      throttle.touch();
      this.#printed.fire(bytes);
      if (this.#log.deliveredBytes >= this.#trimAtBytes) void this.#trim(machine);
    });
    machine.onDidEnd(() => {
      throttle.dispose();
      if (this.#running !== running) return;
      this.#running = null;
      this.#deps.logger.warn('an emulated board ended by itself', { key: this.#deps.key });
      void this.#memory.update({ power: 'off', qemu: null });
      this.#powerChanged.fire('off');
    });
  }

  /** Keeps the log small. The guest is stopped meanwhile, so that no byte falls between log and wire. */
  async #trim(machine: QemuMachine): Promise<void> {
    this.#trimAtBytes = this.#log.deliveredBytes + trimAfterBytes;
    const trimUntilDrained = async () => {
      for (let waited = 0; waited < 200; waited += 5) {
        if (await this.#log.trim()) {
          this.#trimAtBytes = trimAfterBytes;
          return;
        }
        await delay(5);
      }
    };
    await machine
      .whileStopped(trimUntilDrained)
      .catch((error) => this.#deps.logger.debug('console log not trimmed', { key: this.#deps.key, error }));
  }

  async #recover(): Promise<void> {
    const { qemu } = this.#memory.saved;
    try {
      if (!qemu) await endStray(this.#deps.paths);
      else if (await isRunning(qemu)) return await this.#adopt(qemu);
      else this.#printed.fire(await this.#log.missed());
    } catch (error) {
      this.#deps.logger.warn('could not adopt an emulated board', { key: this.#deps.key, error });
      if (qemu) await killProcess(qemu);
    }
    if (this.#memory.saved.power === 'off' && !qemu) return;
    await this.#memory.update({ power: 'off', qemu: null });
    this.#powerChanged.fire('off');
  }

  async #adopt(qemu: QemuMemory): Promise<void> {
    // Its owner may have been killed while it rested: see IdleThrottle.
    signalProcess(qemu.pid, 'SIGCONT');
    const machine = await QemuMachine.connect(qemu, AbortSignal.timeout(adoptTimeoutMs));
    try {
      const missed = await this.#log.missed();
      if (missed.length > 0) this.#printed.fire(missed);
      this.#attach(machine);
      await machine.resume();
    } catch (error) {
      await this.#powerOff();
      throw new LabError('DEVICE_GONE', 'The emulator could not be resumed.', {}, { cause: error });
    }
    this.#deps.logger.info('adopted a running emulated board', { key: this.#deps.key, pid: qemu.pid });
  }
}
