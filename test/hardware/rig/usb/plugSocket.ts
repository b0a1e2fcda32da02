import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { addDevice, deleteDevice, type PlugPoint } from './plug.ts';

/** A QEMU device whose inside is a connection to us. */
export class PlugSocket {
  readonly #at: PlugPoint;
  readonly #server: Server;
  #socket: Socket | null = null;

  private constructor(at: PlugPoint, server: Server) {
    this.#at = at;
    this.#server = server;
  }

  /** Plugs it in; `onConnect` gets the connection, once. */
  static async open(
    at: PlugPoint,
    driver: string,
    options: Record<string, unknown>,
    onConnect: (socket: Socket) => void,
  ): Promise<PlugSocket> {
    const socketPath = path.join(at.runDir, at.id);
    const server = createServer();
    const plug = new PlugSocket(at, server);
    server.on('connection', (socket) => {
      plug.#socket = socket;
      // The emulator may end at any moment.
      socket.on('error', () => {});
      onConnect(socket);
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const backend = {
      type: 'socket',
      data: { addr: { type: 'unix', data: { path: socketPath } }, server: false },
    };
    await at.qmp.execute('chardev-add', { id: plug.#chardev, backend });
    await addDevice(at, driver, { chardev: plug.#chardev, ...options });
    return plug;
  }

  write(data: Buffer): void {
    this.#socket?.write(data);
  }

  async pull(): Promise<void> {
    await deleteDevice(this.#at);
    // Some devices take theirs along.
    const left = (await this.#at.qmp.execute('query-chardev')) as { label: string }[];
    if (left.some(({ label }) => label === this.#chardev))
      await this.#at.qmp.execute('chardev-remove', { id: this.#chardev });
    this.dispose();
  }

  dispose(): void {
    this.#socket?.destroy();
    this.#server.close();
  }

  get #chardev(): string {
    return `${this.#at.id}-line`;
  }
}
