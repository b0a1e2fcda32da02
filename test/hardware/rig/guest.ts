import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { ProgramEnd, ProgramStart } from '../guest/agentMessages.ts';
import { type CoreHome, type CoreOptions, type CoreSlot, GuestCore, type RunningCore } from './guestCore.ts';
import type { GuestImage } from './image/guestImage.ts';
import { guestPorts } from './machine/machineArgv.ts';
import { Qemu } from './machine/qemu.ts';
import type { Plug } from './usb/plug.ts';
import { SocketPower } from './usb/socketPower.ts';

const bootMs = 5 * 60_000;
const programMs = 60_000;

export interface GuestDisks {
  readonly image: GuestImage;
  readonly appDisk: string;
}

/** A machine to go on from, in which root runs a core. */
export interface Snapshot extends GuestDisks {
  readonly file: string;
  readonly core: RunningCore;
}

/** `bench` is an ordinary user, in no group but its own. */
export type GuestUser = 'root' | 'bench';

export interface RunOptions {
  readonly user?: GuestUser;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** A Linux with a whole USB stack of its own, and the bench around it. */
export class Guest {
  /** Which sockets of hubs have power; a device's model asks it. */
  readonly power: SocketPower;
  readonly #qemu: Qemu;
  readonly #runDir: string;
  readonly #ports: ReadonlyMap<number, number>;
  readonly #plugged = new Map<Plug, string>();
  readonly #cores: GuestCore[] = [];
  #plugs = 0;

  private constructor(qemu: Qemu, runDir: string, ports: ReadonlyMap<number, number>, power: SocketPower) {
    this.#qemu = qemu;
    this.#runDir = runDir;
    this.#ports = ports;
    this.power = power;
  }

  /** Boots a machine; resolves once programs can be run in it. */
  static boot(disks: GuestDisks): Promise<Guest> {
    return Guest.#begin(disks);
  }

  /** Goes on from the suite's snapshot: a machine that has just booted, with nothing plugged in, and a fresh core. */
  static async start(snapshot: Snapshot = inject('snapshot')): Promise<{ guest: Guest; core: GuestCore }> {
    const guest = await Guest.#begin(snapshot, snapshot.file);
    const core = new GuestCore(guest.#homeOf('first', 'root'), snapshot.core);
    guest.#cores.push(core);
    return { guest, core };
  }

  static async #begin(disks: GuestDisks, file?: string): Promise<Guest> {
    const runDir = await mkdtemp(path.join(tmpdir(), 'labdeck-guest-'));
    const power = new SocketPower();
    let qemu: Qemu | undefined;
    try {
      const options = { ...disks, runDir, ...(file === undefined ? {} : { snapshot: file }) };
      qemu = await Qemu.start(options, (line) => power.takeTrace(line));
      power.findHubsWith((command) => qemu?.qmp.monitor(command) ?? Promise.resolve(''));
      if (file !== undefined) await qemu.resume();
      const guest = new Guest(qemu, runDir, await qemu.forwarded(), power);
      await guest.#answers();
      // A snapshot's clock stands where it was taken.
      await guest.run(['date', '--set', `@${Date.now() / 1000}`]);
      return guest;
    } catch (error) {
      const log = await qemu?.log();
      await qemu?.stop();
      await rm(runDir, { recursive: true, force: true });
      throw new Error(`the guest did not start\n${log ?? ''}`, { cause: error });
    }
  }

  /** Runs a program to its end, whatever its exit code. Rejects when it is not there, or not done in its time. */
  async run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<ProgramEnd> {
    const timeoutMs = options.timeoutMs ?? programMs;
    const end = (await this.#ask('/run', {
      ...asUser(options.user ?? 'root', argv),
      ...(options.input === undefined ? {} : { input: options.input }),
      timeoutMs,
    })) as ProgramEnd;
    if (end.signal === 'SIGKILL') throw new Error(`${argv.join(' ')} did not end within ${timeoutMs} ms`);
    return end;
  }

  /** Like `run`, for a program that must succeed; resolves with what it prints. */
  async output(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(argv, options);
    if (exitCode !== 0) throw new Error(`${argv.join(' ')} in the guest: exit code ${exitCode}\n${stderr}`);
    return stdout;
  }

  /** Starts another headless core, of any user; resolves once it answers. */
  async startCore(options: CoreOptions = {}, slot: CoreSlot = 'second'): Promise<GuestCore> {
    const core = await GuestCore.start(this.#homeOf(slot, options.user ?? 'root'), options);
    this.#cores.push(core);
    return core;
  }

  /**
   * Plugs a device into a socket: `desk.3` is port 3 of the hub that switches power, `cheap.3` of the one that can't,
   * `machine.3` a port of the machine itself, `desk.4.1` port 1 of a hub plugged into `desk.4`.
   */
  async plug<T extends Plug>(device: T, socket: string): Promise<T> {
    this.#plugs += 1;
    const id = `plug${this.#plugs}`;
    await device.insert({ qmp: this.#qemu.qmp, runDir: this.#runDir, id, socket, power: this.power });
    this.#plugged.set(device, id);
    return device;
  }

  /** Pulls a device; resolves once it is gone from its socket, which Linux learns a moment later. */
  async unplug(device: Plug): Promise<void> {
    const id = this.#plugged.get(device);
    if (id === undefined) throw new Error('this device is not plugged in');
    this.#plugged.delete(device);
    await device.pull();
  }

  /** Pulls all there is, the last first: a hub was plugged in before what is in it. */
  async unplugAll(): Promise<void> {
    for (const device of [...this.#plugged.keys()].reverse()) await this.unplug(device);
  }

  /** The whole machine into a file. It stands still afterwards. */
  saveTo(file: string): Promise<void> {
    return this.#qemu.saveTo(file);
  }

  /** What the guest's kernel, its core and the emulator said last. */
  async log(): Promise<string> {
    const cores = await Promise.all(this.#cores.map((core) => core.log().catch(() => '')));
    return [await this.#qemu.log(), ...cores].join('\n');
  }

  async stop(): Promise<void> {
    for (const core of this.#cores) core.hangUp();
    await this.#qemu.stop();
    for (const device of this.#plugged.keys()) device.dispose();
    await rm(this.#runDir, { recursive: true, force: true });
  }

  #homeOf(slot: CoreSlot, user: GuestUser): CoreHome {
    return {
      url: `http://127.0.0.1:${this.#ports.get(guestPorts[slot])}`,
      slot,
      run: (argv) => this.run(argv),
      start: async (argv, logFile) => {
        const started = await this.#ask('/start', { ...asUser(user, argv), logFile });
        return (started as { pid: number }).pid;
      },
    };
  }

  async #answers(): Promise<void> {
    for (const endMs = performance.now() + bootMs; ; await sleep(100)) {
      try {
        await this.#ask('/run', { argv: ['true'], timeoutMs: programMs }, 2000);
        return;
      } catch (error) {
        if (this.#qemu.hasEnded || performance.now() > endMs) throw error;
      }
    }
  }

  async #ask(route: string, wanted: ProgramStart, patienceMs = 0): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${this.#ports.get(guestPorts.agent)}${route}`, {
      method: 'POST',
      body: JSON.stringify(wanted),
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(patienceMs || (wanted.timeoutMs ?? 0) + programMs),
    });
    const body = (await answer.json()) as { message?: string };
    if (!answer.ok) throw new Error(`${wanted.argv.join(' ')} in the guest: ${body.message}`);
    return body;
  }
}

function asUser(user: GuestUser, argv: readonly [string, ...string[]]): Pick<ProgramStart, 'argv' | 'env'> {
  if (user === 'root') return { argv };
  const become = ['--reuid', user, '--regid', user, '--init-groups', '--'];
  return { argv: ['setpriv', ...become, ...argv], env: { HOME: `/home/${user}`, USER: user, LOGNAME: user } };
}
