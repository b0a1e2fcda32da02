import {
  BrowserWindow,
  MessageChannelMain,
  type UtilityProcess,
  utilityProcess,
  type WebContents,
} from 'electron';
import { Emitter } from '../base/emitter.ts';
import { shellChannels } from '../contract/index.ts';
import type { CoreMessage, ShellMessage } from '../hosts/coreMessages.ts';

const pingEveryMs = 2_000;
/** A core silent for this long hangs; it is killed and started again. */
const hangAfterMs = 15_000;
/** Undoing half an installation takes a while. */
const stopWithinMs = 20_000;
/** Who quits does not wait for a core that is stuck. */
const answerWithinMs = 1_000;
const backOffMs = [0, 250, 1_000, 3_000, 10_000] as const;
/** A core that lived this long has earned a fresh start. */
const healthyAfterMs = 30_000;

interface CoreSupervisorOptions {
  readonly entry: string;
  readonly dataDir: string;
  readonly verbose: boolean;
  /** What the core encrypts secrets with. It starts once this is known, the same at each start; never rejects. */
  readonly secretKey: Promise<Buffer | null>;
}

export interface CoreFailure {
  readonly message: string;
  readonly hint: string;
}

/**
 * Keeps the core running in a process of its own: starts it again when it died or hangs, hands each window its
 * two ports, and ends it kindly. Boards notice nothing: the core writes nothing to a cable when it starts.
 */
export class CoreSupervisor {
  readonly #options: CoreSupervisorOptions;
  readonly #failed = new Emitter<CoreFailure>();
  /** Windows that wait for the core to be ready. */
  readonly #waiting = new Set<WebContents>();
  #child: UtilityProcess | null = null;
  #ready = false;
  #crashes = 0;
  #startedAtMs = 0;
  #lastPongMs = 0;
  readonly #heard = new Emitter<readonly string[]>();
  #heartbeat: NodeJS.Timeout | null = null;
  #restart: NodeJS.Timeout | null = null;
  #stopping: Promise<void> | null = null;
  /** The core cannot start at all; trying again would not help. */
  readonly onDidFail = this.#failed.event;

  constructor(options: CoreSupervisorOptions) {
    this.#options = options;
  }

  /** The core's process id, while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What quitting now would cut short, a line each; nothing where the core does not answer at once. */
  busy(): Promise<readonly string[]> {
    const child = this.#child;
    if (!child) return Promise.resolve([]);
    return new Promise((resolve) => {
      const done = (busy: readonly string[]) => {
        clearTimeout(late);
        heard.dispose();
        resolve(busy);
      };
      const heard = this.#heard.event(done);
      const late = setTimeout(() => done([]), answerWithinMs);
      this.#send(child, { type: 'ping' });
    });
  }

  start(): void {
    const { entry, dataDir, verbose } = this.#options;
    const child = utilityProcess.fork(entry, [], { serviceName: 'Labdeck core', stdio: 'inherit' });
    this.#child = child;
    this.#ready = false;
    this.#startedAtMs = Date.now();
    this.#lastPongMs = Date.now();
    child.on('message', (message: CoreMessage) => this.#hear(child, message));
    child.on('exit', (code) => this.#exited(child, code));
    void this.#options.secretKey.then((secretKey) => {
      if (child === this.#child && !this.#stopping)
        this.#send(child, { type: 'start', dataDir, verbose, secretKey });
    });
    this.#heartbeat = setInterval(() => this.#beat(child), pingEveryMs);
  }

  /** Gives a window two fresh ports, now or as soon as the core is ready. */
  connect(window: WebContents): void {
    if (!this.#ready || !this.#child) {
      this.#waiting.add(window);
      window.once('destroyed', () => this.#waiting.delete(window));
      return;
    }
    const control = new MessageChannelMain();
    const data = new MessageChannelMain();
    this.#child.postMessage({ type: 'window' } satisfies ShellMessage, [control.port1, data.port1]);
    window.postMessage(shellChannels.ports, null, [control.port2, data.port2]);
  }

  /** Asks the core to end and waits; kills it when it takes too long. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    if (this.#restart) clearTimeout(this.#restart);
    const child = this.#child;
    if (!child) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        // Not kill(): its SIGTERM asks for the very thing that takes too long.
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
        resolve();
      }, stopWithinMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      child.once('exit', done);
      this.#send(child, { type: 'close' });
    });
  }

  #hear(child: UtilityProcess, message: CoreMessage): void {
    if (child !== this.#child) return;
    this.#lastPongMs = Date.now();
    if (message.type === 'pong') this.#heard.fire(message.busy);
    else if (message.type === 'ready') {
      this.#ready = true;
      for (const window of [...this.#waiting]) {
        this.#waiting.delete(window);
        if (!window.isDestroyed()) this.connect(window);
      }
    } else if (message.type === 'failed') {
      void this.stop();
      this.#failed.fire({ message: message.message, hint: message.hint });
    }
  }

  #exited(child: UtilityProcess, code: number): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#ready = false;
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    if (this.#stopping) return;
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send(shellChannels.coreGone);
    this.#crashes = Date.now() - this.#startedAtMs > healthyAfterMs ? 0 : this.#crashes + 1;
    const waitMs = backOffMs[Math.min(this.#crashes, backOffMs.length - 1)] ?? 0;
    process.stderr.write(`The core ended (code ${code}); it is started again in ${waitMs} ms.\n`);
    this.#restart = setTimeout(() => this.start(), waitMs);
  }

  #beat(child: UtilityProcess): void {
    if (Date.now() - this.#lastPongMs > hangAfterMs && child.pid !== undefined) {
      process.stderr.write('The core hangs; it is ended and started again.\n');
      process.kill(child.pid, 'SIGKILL');
      return;
    }
    this.#send(child, { type: 'ping' });
  }

  #send(child: UtilityProcess, message: ShellMessage): void {
    child.postMessage(message);
  }
}
