import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { BoardsService } from '../../main/boards/index.ts';
import { LabError } from '../../main/contract/index.ts';
import { NoticesService } from '../../main/notices/index.ts';
import { PortsService } from '../../main/ports/index.ts';
import { PowerService } from '../../main/power/index.ts';
import { TasksService } from '../../main/tasks/index.ts';
import { FakeClock } from './fakeClock.ts';
import { FakeSockets } from './fakeSockets.ts';
import { FakeEars, FakeSecrets } from './powerParts.ts';

/** A power service over a fake hub with three sockets, on a real disk, without a board. */
export class HubBench {
  readonly dir: string;
  readonly clock = new FakeClock();
  readonly hub = new FakeSockets(['hub-1', 'hub-2', 'hub-3']);
  readonly secrets = new FakeSecrets();
  readonly tasks = new TasksService(this.clock, silentLogger);
  readonly boards: BoardsService;

  private constructor(dir: string) {
    this.dir = dir;
    this.boards = new BoardsService({ dir, notices: new NoticesService(systemClock), logger: silentLogger });
  }

  static async open(): Promise<HubBench> {
    const bench = new HubBench(await mkdtemp(path.join(tmpdir(), 'labdeck-hub-')));
    await bench.boards.start();
    await bench.boards.remove('virtual-1');
    return bench;
  }

  /** One more each time, as after a restart; to be started and closed by whoever asked. */
  makePower(): PowerService {
    return new PowerService({
      boards: this.boards,
      ports: new PortsService({ logger: silentLogger }),
      virtual: {
        get: () => {
          throw new LabError('INTERNAL', 'no virtual board is here');
        },
      },
      usb: this.hub.usb,
      secrets: this.secrets,
      tasks: this.tasks,
      ears: new FakeEars(),
      staggerMs: () => 500,
      dir: this.dir,
      clock: this.clock,
      logger: silentLogger,
    });
  }

  remove(): Promise<void> {
    // A service under test may still be saving what the test did not wait for.
    return rm(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}
