import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../../../../main/instances/sources/index.ts';
import { Guest, type Snapshot } from '../guest.ts';
import type { RunningCore } from '../guestCore.ts';
import { machineArgv } from '../machine/machineArgv.ts';
import { appIngredients, makeAppDisk } from './appDisk.ts';
import { cachedFolder } from './cache.ts';
import { guestImage } from './guestImage.ts';

const versionMs = 20_000;
/** Each change of what is tested makes a new one, of a few hundred megabytes. */
const unusedMs = 3 * 60 * 60_000;

/**
 * A machine that has booted and started a core, from the cache or made: a test that goes on from it is there within
 * a second or two, where an emulator boots for ten and starts the core for as many again.
 */
export async function currentSnapshot(): Promise<Snapshot> {
  const image = await guestImage();
  const ingredients = {
    app: await appIngredients(),
    argv: machineArgv({ image, appDisk: 'app', runDir: 'run' }),
    qemu: await runProgram(['qemu-system-x86_64', '--version'], {
      timeoutMs: versionMs,
      packageName: 'qemu-system-x86',
    }),
  };
  const folder = await cachedFolder({ kind: 'snapshot', ingredients, unusedMs }, async (dir) => {
    const guest = await Guest.boot({ image, appDisk: await makeAppDisk(dir) });
    try {
      const { pid, dataDir } = await guest.startCore({}, 'first');
      await writeFile(path.join(dir, 'core.json'), JSON.stringify({ pid, dataDir }));
      await guest.saveTo(path.join(dir, 'memory'));
    } finally {
      await guest.stop();
    }
  });
  return {
    image,
    appDisk: path.join(folder, 'app.squashfs'),
    file: path.join(folder, 'memory'),
    core: JSON.parse(await readFile(path.join(folder, 'core.json'), 'utf8')) as RunningCore,
  };
}
