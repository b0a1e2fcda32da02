import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { silentLogger } from '../../main/base/logger.ts';
import { ConsoleSharing } from '../../main/console/sharing/consoleSharing.ts';
import type { SharingLimits } from '../../main/console/sharing/limits.ts';
import { type Sharing, sharing as sharingSchema } from '../../main/contract/index.ts';
import { FakeSharedConsole } from './fakeSharedConsole.ts';
import { RawClient } from './rawClient.ts';

type DoorKind = 'unix' | 'telnet' | 'tcp';

/** How long others may keep the machine busy, in milliseconds. */
export const waiting = { timeout: 8_000, interval: 5 };

/** What is wished of the doors, as a client of the API says it. */
export function doors(wish: Parameters<typeof sharingSchema.parse>[0]): Sharing {
  return sharingSchema.parse(wish);
}

/** One shared console whose doors open on loopback and in a folder of its own, and who came through them. */
export class SharingBench {
  readonly dir = mkdtempSync(join(tmpdir(), 'labdeck-doors-'));
  readonly board = new FakeSharedConsole();
  readonly #clients: RawClient[] = [];
  sharing = this.share({});

  /** Another one of the same console. */
  share(limits: Partial<SharingLimits>): ConsoleSharing {
    return new ConsoleSharing({
      consoleId: 'beagle.main',
      socketPath: join(this.dir, 'main.sock'),
      console: this.board,
      monotonicMs: () => performance.now(),
      logger: silentLogger,
      limits: { closeWithinMs: 100, ...limits },
    });
  }

  /** The same doors with other limits. */
  async limit(limits: Partial<SharingLimits>): Promise<void> {
    await this.sharing.close();
    this.sharing = this.share(limits);
  }

  async connectTo(kind: DoorKind, allowHalfOpen = false): Promise<RawClient> {
    const { state } = this.sharing;
    const client = await RawClient.connect(
      kind === 'unix'
        ? { path: state.unix?.path ?? '', allowHalfOpen }
        : { host: state[kind]?.address ?? '', port: state[kind]?.port ?? 0, allowHalfOpen },
    );
    this.#clients.push(client);
    return client;
  }

  /** Connected, and let in: what is printed from now on reaches it. */
  async enter(kind: DoorKind): Promise<RawClient> {
    const before = this.sharing.state.clients.length;
    const client = await this.connectTo(kind);
    await vi.waitFor(() => expect(this.sharing.state.clients.length).toBe(before + 1), waiting);
    return client;
  }

  async dispose(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.sharing.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
