import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

const answerMs = 30_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface QmpEvent {
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Speaks QEMU's machine protocol (docs/interop/qmp-spec). */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #events = new EventEmitter<{ event: [QmpEvent] }>().setMaxListeners(0);
  #nextId = 1;

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.#take(JSON.parse(line)));
    socket.once('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('QEMU ended'));
      this.#waiting.clear();
    });
    socket.on('error', () => {});
  }

  static async connect(socketPath: string): Promise<Qmp> {
    const socket = connect(socketPath);
    await once(socket, 'connect');
    const qmp = new Qmp(socket);
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  /** Rejects with what QEMU says of a command it refuses. */
  async execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    if (this.#socket.destroyed) throw new Error('QEMU ended');
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        timer = setTimeout(() => reject(new Error(`QEMU does not answer ${command}`)), answerMs);
        this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  /** A command of the monitor for people; resolves with what it prints. */
  async monitor(line: string): Promise<string> {
    return String(await this.execute('human-monitor-command', { 'command-line': line }));
  }

  /** Resolves with the next event that fits; ask before causing it. `what` is for the message when none comes. */
  event(fits: (event: QmpEvent) => boolean, what: string): Promise<QmpEvent> {
    return new Promise((resolve, reject) => {
      // It listens all the time: of events that come together none may pass.
      const take = (event: QmpEvent) => {
        if (!fits(event)) return;
        end();
        resolve(event);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`waited in vain: ${what}`));
      }, answerMs);
      const end = () => {
        clearTimeout(timer);
        this.#events.off('event', take);
      };
      this.#events.on('event', take);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(message: Record<string, unknown>): void {
    if (typeof message.event === 'string') {
      this.#events.emit('event', message as unknown as QmpEvent);
      return;
    }
    const waiting = this.#waiting.get(Number(message.id));
    const { error } = message as { error?: { desc: string } };
    if (error) waiting?.reject(new Error(error.desc));
    else waiting?.resolve(message.return);
  }
}
