import type { SerialEnd } from '../usb/serialEnd.ts';
import type { SocketPower } from '../usb/socketPower.ts';

/** Where a board has its current from. */
export interface Supply {
  readonly isOn: boolean;
  onSwitch(listener: (on: boolean) => void): void;
}

/** A supply nobody can switch: a wall wart, or a hub's port that only pretends to. */
export const alwaysOn: Supply = { isOn: true, onSwitch: () => {} };

/** What a socket of a hub gives, when it tells the truth. */
export function socketSupply(power: SocketPower, socket: string): Supply {
  return {
    get isOn() {
      return power.isOn(socket);
    },
    onSwitch: (listener) => void power.watch(socket, listener),
  };
}

export interface BoardOptions {
  readonly console: SerialEnd;
  readonly supply: Supply;
  /** It prints a line so often while it runs; 0: only when it is asked. */
  readonly talksEveryMs?: number;
}

const bootMs = 150;
const bootLines = [
  'U-Boot SPL 2024.01 (Jan 08 2024 - 15:37:48 +0000)',
  'U-Boot 2024.01 (Jan 08 2024 - 15:37:48 +0000)',
  'Starting kernel ...',
  '[    0.000000] Linux version 6.6.9 (bench@bench)',
  'bench login: ',
];

/** A board: it boots when its current comes, forgets all when it goes, and tells how long it is up (`uptime`). */
export class Board {
  /** How often its current came. */
  boots = 0;
  readonly #options: BoardOptions;
  #onSinceMs: number | null = null;
  #timers: NodeJS.Timeout[] = [];
  #typed = '';

  constructor(options: BoardOptions) {
    this.#options = options;
    options.console.onReceived((text) => this.#take(text));
    options.supply.onSwitch((on) => (on ? this.#start() : this.#die()));
    if (options.supply.isOn) this.#start();
  }

  get isOn(): boolean {
    return this.#onSinceMs !== null;
  }

  /** For good: as if its plug were pulled out of the wall. */
  dispose(): void {
    this.#die();
  }

  #start(): void {
    if (this.isOn) return;
    this.boots += 1;
    this.#onSinceMs = performance.now();
    for (const [index, line] of bootLines.entries())
      this.#after(index * bootMs, () => this.#print(index === bootLines.length - 1 ? line : `${line}\r\n`));
    const everyMs = this.#options.talksEveryMs ?? 0;
    if (everyMs > 0)
      this.#timers.push(setInterval(() => this.#print(`\r\n${this.#uptime()}`), everyMs).unref());
  }

  #die(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    this.#onSinceMs = null;
    this.#typed = '';
  }

  #take(text: string): void {
    if (!this.isOn) return;
    this.#print(text);
    const lines = (this.#typed + text).split('\r');
    this.#typed = lines.pop() ?? '';
    for (const line of lines) if (line.trim() === 'uptime') this.#print(`\n${this.#uptime()}\r\n# `);
  }

  #uptime(): string {
    const upMs = performance.now() - (this.#onSinceMs ?? 0);
    return `uptime ${(upMs / 1000).toFixed(1)} s`;
  }

  #print(text: string): void {
    this.#options.console.print(text);
  }

  #after(delayMs: number, act: () => void): void {
    this.#timers.push(setTimeout(act, delayMs).unref());
  }
}
