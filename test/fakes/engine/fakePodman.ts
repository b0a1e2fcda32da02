import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { Complaint } from './complaint.ts';
import type { EngineModel } from './engineModel.ts';
import { FrameReader, sendFrame } from './frames.ts';
import { type Call, runVerb } from './podmanVerbs.ts';

/**
 * Programs `podman` and `docker` in a folder to be put first in PATH. They hand what they are told to the model here, so
 * a test can look at it and change it while the real command lines of Labdeck, or a whole Labdeck, run against it; and
 * containers outlive a Labdeck that is killed, as real ones do.
 */
export class FakePodman {
  /** To be put first in PATH. */
  readonly binDir: string;
  readonly model: EngineModel;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(folder: string, model: EngineModel, server: Server) {
    this.binDir = path.join(folder, 'bin');
    this.model = model;
    this.#server = server;
  }

  static async start(
    folder: string,
    model: EngineModel,
    kinds: readonly ('podman' | 'docker')[] = ['podman'],
  ): Promise<FakePodman> {
    const server = createServer();
    const fake = new FakePodman(folder, model, server);
    mkdirSync(fake.binDir, { recursive: true });
    const program = readFileSync(new URL('./fakePodmanShim.py', import.meta.url), 'utf8');
    for (const kind of kinds) {
      const file = path.join(fake.binDir, kind);
      writeFileSync(file, `#!/usr/bin/python3 -IS\n${program}`);
      chmodSync(file, 0o755);
    }
    server.on('connection', (socket) => fake.#serve(socket));
    server.listen(path.join(folder, 'engine.sock'));
    await once(server, 'listening');
    return fake;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const reader = new FrameReader();
    const input = new PassThrough();
    const gone = new AbortController();
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      gone.abort(new Error('the client went away'));
      // What reads it in the container goes on, and reads its end.
      input.end();
    });
    socket.on('data', (bytes) => {
      for (const { type, body } of reader.push(bytes)) {
        if (type === 'a')
          void this.#answer(socket, { ...JSON.parse(body.toString()), input, gone: gone.signal });
        else if (type === 'd') input.write(body);
        else if (type === 'e') input.end();
      }
    });
  }

  async #answer(
    socket: Socket,
    asked: Pick<Call, 'kind' | 'args' | 'temporary' | 'gone'> & { readonly input: PassThrough },
  ): Promise<void> {
    let code: number;
    try {
      code = await runVerb(this.model, {
        ...asked,
        stdin: () => {
          void sendFrame(socket, 'i', Buffer.alloc(0));
          return asked.input;
        },
        out: (text) => sendFrame(socket, 'o', Buffer.from(text)),
        err: (text) => void sendFrame(socket, 'r', Buffer.from(text)),
      });
    } catch (error) {
      if (asked.gone.aborted) return;
      const isSaid = error instanceof Complaint;
      const text = isSaid ? error.words[asked.kind] : `the fake engine failed: ${String(error)}`;
      await sendFrame(socket, 'r', Buffer.from(asked.kind === 'podman' ? `Error: ${text}\n` : `${text}\n`));
      code = asked.kind === 'docker' ? 1 : isSaid ? error.exitCode : 99;
    }
    await sendFrame(socket, 'x', Buffer.from([code]));
    socket.end();
  }
}
