import type { Disposable } from '../../base/disposable.ts';
import { Emitter } from '../../base/emitter.ts';
import { fail, type ShellEvent, type ShellKind } from '../../contract/index.ts';
import type { TerminalProcess } from '../engine/engine.ts';
import type { InstanceAccess } from '../instanceAccess.ts';

/** A client that comes back within this finds its shell again. */
const aloneMs = 60_000;
/** What a client that comes back sees of what was printed. */
const keptBytes = 256 * 1024;
/** As many a machine should bear. */
const maxShells = 32;

const programs: Readonly<Record<ShellKind, readonly string[]>> = {
  manage: ['lava-server', 'manage', 'shell'],
  container: ['bash', '-l'],
};

interface Shell {
  readonly process: TerminalProcess;
  readonly printed: Emitter<ShellEvent>;
  kept: Buffer;
  exit: { readonly exitCode: number | null } | null;
  listeners: number;
  alone: NodeJS.Timeout | null;
}

/** Shells in instances, each with a terminal of its own inside the container. */
export class ShellsService {
  readonly #access: InstanceAccess;
  readonly #shells = new Map<string, Shell>();
  #closed = false;

  constructor(access: InstanceAccess) {
    this.#access = access;
  }

  /** Rejects with LabError NOT_FOUND, CONFLICT (it does not run, or too many are open). */
  async open(name: string, kind: ShellKind, size: { columns: number; rows: number }): Promise<string> {
    this.#requireRoom();
    const { engine, container, shellId } = await this.#access.shellPlace(name);
    // Others may have been opened meanwhile.
    this.#requireRoom();
    const process = engine.terminal(container, programs[kind], size);
    const shell: Shell = {
      process,
      printed: new Emitter(),
      kept: Buffer.alloc(0),
      exit: null,
      listeners: 0,
      alone: null,
    };
    this.#shells.set(shellId, shell);
    process.output.on('data', (data: Buffer) => {
      shell.kept = Buffer.concat([shell.kept, data]).subarray(-keptBytes);
      shell.printed.fire({ type: 'output', data: data.toString('base64') });
    });
    // It ended while somebody typed: `exited` tells.
    process.input.on('error', () => {});
    process.output.on('error', () => {});
    void process.exited.then((exitCode) => {
      shell.exit = { exitCode };
      shell.printed.fire({ type: 'exited', exitCode });
      this.#whenAlone(shellId, shell);
    });
    this.#whenAlone(shellId, shell);
    return shellId;
  }

  /** What it has printed, to begin with. Throws LabError NOT_FOUND. */
  kept(shellId: string): ShellEvent {
    return { type: 'output', data: this.#get(shellId).kept.toString('base64') };
  }

  /** Throws LabError NOT_FOUND. */
  listen(shellId: string, listener: (event: ShellEvent) => void): Disposable {
    const shell = this.#get(shellId);
    shell.listeners += 1;
    if (shell.alone) clearTimeout(shell.alone);
    const { exit } = shell;
    if (exit) queueMicrotask(() => listener({ type: 'exited', ...exit }));
    const heard = shell.printed.event(listener);
    return {
      dispose: () => {
        heard.dispose();
        shell.listeners -= 1;
        this.#whenAlone(shellId, shell);
      },
    };
  }

  /** Throws LabError NOT_FOUND. */
  write(shellId: string, data: string): void {
    const { process, exit } = this.#get(shellId);
    if (!exit) process.input.write(Buffer.from(data, 'base64'));
  }

  /** Rejects with LabError NOT_FOUND. */
  async resize(shellId: string, { columns, rows }: { columns: number; rows: number }): Promise<void> {
    const { process, exit } = this.#get(shellId);
    if (!exit) await process.resize(columns, rows);
  }

  /** Throws LabError NOT_FOUND. */
  end(shellId: string): void {
    const shell = this.#get(shellId);
    this.#shells.delete(shellId);
    if (shell.alone) clearTimeout(shell.alone);
    shell.process.kill();
  }

  close(): void {
    this.#closed = true;
    for (const shellId of [...this.#shells.keys()]) this.end(shellId);
  }

  /** One that has ended and is only looked at takes no room. */
  #requireRoom(): void {
    const live = [...this.#shells.values()].filter(({ exit }) => exit === null).length;
    if (this.#closed || live >= maxShells)
      fail('CONFLICT', this.#closed ? 'Labdeck is closing' : `${maxShells} shells are open`, 'Close one.');
  }

  #whenAlone(shellId: string, shell: Shell): void {
    if (shell.listeners > 0 || this.#shells.get(shellId) !== shell) return;
    if (shell.alone) clearTimeout(shell.alone);
    shell.alone = setTimeout(() => {
      this.end(shellId);
    }, aloneMs);
    shell.alone.unref();
  }

  #get(shellId: string): Shell {
    return this.#shells.get(shellId) ?? fail('NOT_FOUND', 'That shell has ended', 'Open another.');
  }
}
