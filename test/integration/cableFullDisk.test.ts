import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { BoardsService } from '../../main/boards/index.ts';
import { type BoardId, newBoard } from '../../main/contract/index.ts';
import { NoticesService } from '../../main/notices/index.ts';
import { PortsService } from '../../main/ports/index.ts';
import { PowerService } from '../../main/power/index.ts';
import { TasksService } from '../../main/tasks/index.ts';
import { FakeCable } from '../fakes/fakeCable.ts';
import { powerParts } from '../fakes/powerParts.ts';

const disk = mkdtempSync(path.join(tmpdir(), 'labdeck-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status === 0;

if (!mounted) rmSync(disk, { recursive: true });

/** Needs the right to mount a small disk: root outside of a locked-down container. */
describe.skipIf(!mounted)('on a full disk', () => {
  let cable: FakeCable;
  beforeAll(async () => {
    cable = await FakeCable.plugIn();
  });
  afterAll(async () => {
    await cable.dispose();
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  async function start() {
    const notices = new NoticesService(systemClock);
    const boards = new BoardsService({ dir: disk, notices, logger: silentLogger });
    await boards.start();
    const tasks = new TasksService(systemClock, silentLogger);
    const power = new PowerService({
      boards,
      ports: new PortsService({ logger: silentLogger }),
      virtual: { get: () => expect.fail('no virtual board is here') },
      ...powerParts(),
      tasks,
      dir: disk,
      clock: systemClock,
      logger: silentLogger,
      notices,
    });
    return { boards, power, tasks };
  }

  test('no board is lost or half added, power still switches, and no old mask is believed later', async () => {
    const { boards, power, tasks } = await start();
    await boards.remove('virtual-1');
    const match = { by: 'device', value: cable.device } as const;
    await boards.add(newBoard.parse({ name: 'b', power: { kind: 'acm-cable', match } }));
    await power.start();
    await power.set('b' as BoardId, 'on');
    const before = await readFile(path.join(disk, 'boards.json'), 'utf8');

    await expect(writeFile(path.join(disk, 'recording'), Buffer.alloc(100_000))).rejects.toThrow('ENOSPC');
    await expect(boards.add(newBoard.parse({ name: 'n', virtual: 'sim' }))).rejects.toMatchObject({
      code: 'DISK_FULL',
      data: { hint: expect.stringContaining('Free some') },
    });
    expect(boards.list().map((board) => board.name)).toEqual(['b']);
    expect(await readFile(path.join(disk, 'boards.json'), 'utf8')).toBe(before);

    // A kill in its middle would leave the board off, and nothing would tell.
    const { taskId } = power.test('b' as BoardId, { offMs: 500, bootMs: 500 });
    await expect.poll(() => tasks.get(taskId).problem).toMatchObject({ code: 'DISK_FULL' });
    expect(await cable.heard(1)).toEqual(['1']);

    expect(await power.set('b' as BoardId, 'off')).toMatchObject({ commanded: 'off' });
    expect(await cable.heard(2)).toEqual(['1', '0']);
    await power.close();

    const later = await start();
    await later.power.start();
    expect(later.boards.list().map((board) => board.name)).toEqual(['b']);
    expect(later.power.read('b' as BoardId).commanded).not.toBe('on');
    await later.power.close();
  });
});
