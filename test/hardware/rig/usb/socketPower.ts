import { portOf } from './plug.ts';

type Listener = (on: boolean) => void;

interface Watcher {
  readonly port: string;
  readonly listener: Listener;
  last: boolean;
}

/**
 * Which sockets of hubs have power, by what the hubs were told: the emulator's devices themselves never learn that
 * their power went, so a model of a board has to be told.
 */
export class SocketPower {
  readonly #off = new Set<string>();
  /** Hubs that do what they are told; the others take it and do nothing. */
  readonly #switching = new Set([portOf('desk')]);
  readonly #watchers = new Set<Watcher>();
  #monitor: (command: string) => Promise<string> = () => Promise.resolve('');
  #tail: Promise<void> = Promise.resolve();

  findHubsWith(monitor: (command: string) => Promise<string>): void {
    this.#monitor = monitor;
  }

  /** A hub in this socket switches the power of its own. */
  addHub(socket: string): void {
    this.#switching.add(portOf(socket));
  }

  /** What was off in the hub of this socket means nothing for the next one there. */
  removeHub(socket: string): void {
    const hub = portOf(socket);
    this.#switching.delete(hub);
    for (const port of this.#off) if (port.startsWith(`${hub}.`)) this.#off.delete(port);
  }

  isOn(socket: string): boolean {
    return this.#has(portOf(socket));
  }

  /** Calls when the socket, or one of a hub it hangs on, loses power or gets it back; returns what ends it. */
  watch(socket: string, listener: Listener): () => void {
    const port = portOf(socket);
    const watcher: Watcher = { port, listener, last: this.#has(port) };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** A line such as `usb_hub_clear_port_feature dev 2, port 3, feature power`. */
  takeTrace(line: string): void {
    const [, verb, address, port] =
      /usb_hub_(set|clear)_port_feature dev (\d+), port (\d+), feature power$/.exec(line) ?? [];
    if (verb === undefined) return;
    // One after the other, in the order they came.
    this.#tail = this.#tail
      .then(() => this.#told(Number(address), `${port}`, verb === 'set'))
      .catch(() => {});
  }

  async #told(address: number, port: string, on: boolean): Promise<void> {
    // Each new hub is told to switch all its ports on.
    if (on && this.#off.size === 0) return;
    const hub = await this.#hubAt(address);
    if (hub === undefined || !this.#switching.has(hub)) return;
    if (on) this.#off.delete(`${hub}.${port}`);
    else this.#off.add(`${hub}.${port}`);
    for (const watcher of this.#watchers) {
      const now = this.#has(watcher.port);
      if (now === watcher.last) continue;
      watcher.last = now;
      watcher.listener(now);
    }
  }

  /** A hub's address is the guest's choice, and another one after each plugging. */
  async #hubAt(address: number): Promise<string | undefined> {
    const table = await this.#monitor('info usb');
    const rows = table.matchAll(/^\s*Device \d+\.(\d+), Port ([\d.]+),/gm);
    return [...rows].find(([, found]) => Number(found) === address)?.[2];
  }

  #has(port: string): boolean {
    const parts = port.split('.');
    return !parts.some((_, index) => this.#off.has(parts.slice(0, index + 1).join('.')));
  }
}
