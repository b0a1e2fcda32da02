import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { BackupStore } from '../../main/instances/backups/index.ts';
import { NoticesService } from '../../main/notices/index.ts';
import { FileSecretStore } from '../../main/secrets/index.ts';
import { backupTar } from '../fakes/backupTar.ts';

const sizeBytes = 24 * 1024 * 1024;
const disk = mkdtempSync(path.join(tmpdir(), 'labdeck-disk-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', disk]).status === 0;

if (!mounted) rmSync(disk, { recursive: true });

/** Needs the right to mount a small disk: root outside of a locked-down container. */
describe.skipIf(!mounted)('on a full disk', () => {
  const notices = new NoticesService(systemClock);
  const home = { key: 'a1', name: 'home', source: { kind: 'package', suite: 'forky' } } as const;

  beforeEach(async () => {
    for (const name of await readdir(disk)) await rm(path.join(disk, name), { recursive: true });
  });
  afterAll(() => {
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  test('a secret that does not fit leaves the old ones whole', async () => {
    const start = async () => {
      const store = new FileSecretStore({ dir: disk, key: null, notices, logger: silentLogger });
      await store.start();
      return store;
    };
    const store = await start();
    await store.set('instance/a/admin', 'old');
    await expect(writeFile(path.join(disk, 'filler'), Buffer.alloc(sizeBytes))).rejects.toThrow('ENOSPC');
    await expect(store.set('instance/a/admin', 'x'.repeat(100_000))).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    expect(await store.get('instance/a/admin')).toBe('old');
    expect(await (await start()).get('instance/a/admin')).toBe('old');
  });

  test('a backup that does not fit is refused beforehand where that is known, and leaves nothing where it is not', async () => {
    const dir = path.join(disk, 'backups');
    const store = new BackupStore({ dir, clock: systemClock, notices, logger: silentLogger });
    await store.start();
    await expect(store.receive(home, 'by-hand', 20 * 1024 * 1024)).rejects.toMatchObject({
      code: 'DISK_FULL',
      data: { hint: expect.stringContaining('Free some') },
    });

    const tar = await backupTar({ dataBytes: 30 * 1024 * 1024 });
    const receiving = await store.receive(home, 'by-hand');
    function* slices() {
      for (let at = 0; at < tar.length; at += 65_536) yield tar.subarray(at, at + 65_536);
    }
    await expect(pipeline(Readable.from(slices()), receiving.writable)).rejects.toMatchObject({
      code: 'DISK_FULL',
    });
    await expect(receiving.commit()).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await readdir(path.join(dir, 'a1'))).toEqual([]);

    // Its space is there again at once.
    const small = await store.receive(home, 'by-hand', 1_000_000);
    await pipeline(Readable.from([await backupTar()]), small.writable);
    expect((await small.commit()).sizeBytes).toBeGreaterThan(100_000);
    await store.close();
  });
});
