import { dirname } from 'node:path';
import type { Check, Found } from '../check.ts';
import type { Machine } from '../machine.ts';
import { gigabytes } from '../words.ts';

const gibibyte = 2 ** 30;
/** Below these a finding is a warning, and an error. */
const lowBytes = 5 * gibibyte;
const shortBytes = gibibyte;

/** Room for recordings and backups. */
export function dataDiskCheck(machine: Machine, dataDir: string): Check {
  return {
    name: 'data-disk',
    title: 'Room in the data folder',
    group: 'machine',
    followsPorts: false,
    look: async () => [
      await look(machine, dataDir, {
        place: 'the data folder',
        why: 'Recordings of consoles and backups of instances are kept there. A recording that finds no room pauses.',
      }),
    ],
  };
}

/** Room for images and volumes. `storageDir`: null where no engine is in use. */
export function engineDiskCheck(
  machine: Machine,
  dataDir: string,
  storageDir: () => Promise<string | null>,
): Check {
  return {
    name: 'engine-disk',
    title: 'Room for images of instances',
    group: 'instances',
    followsPorts: false,
    timeoutMs: 25_000,
    look: async () => {
      const folder = await storageDir();
      if (folder === null) return [];
      const [here, there] = await Promise.all([
        nearest(machine, dataDir).then((existing) => machine.facts(existing)),
        nearest(machine, folder).then((existing) => machine.facts(existing)),
      ]);
      // One disk is one finding: that of the data folder.
      if (here !== null && here.device === there?.device) return [];
      const why = 'An image of an instance takes about 2 GB, and each instance grows with the jobs it runs.';
      return [await look(machine, folder, { place: 'the container engine’s storage', why })];
    },
  };
}

async function look(
  machine: Machine,
  folder: string,
  { place, why }: { place: string; why: string },
): Promise<Found> {
  // A folder that is not there yet will be on the disk of the one above it.
  const free = await machine.freeBytes(await nearest(machine, folder));
  if (free === null) throw new Error(`nobody can tell how much room there is in ${folder}`);
  const severity = free < shortBytes ? 'error' : free < lowBytes ? 'warning' : 'ok';
  return {
    severity,
    title: severity === 'ok' ? `There is room in ${place}` : `Little room is left in ${place}`,
    what: `${gigabytes(free)} free in ${folder}.${severity === 'ok' ? '' : ' Remove what is not needed: old recordings, backups and images of instances, other files.'}`,
    why,
  };
}

async function nearest(machine: Machine, folder: string): Promise<string> {
  let at = folder;
  while (at !== dirname(at) && !(await machine.exists(at))) at = dirname(at);
  return at;
}
