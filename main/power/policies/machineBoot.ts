import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { z } from 'zod';

/** Which boot of the machine this is: the kernel's own id, or where there is none the time it booted. */
export const machineBoot = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('id'), id: z.string().min(1).max(100) }),
  z.strictObject({ by: z.literal('time'), atMs: z.number() }),
]);
export type MachineBoot = z.infer<typeof machineBoot>;

/** A clock that is put right moves the time of the boot; no machine boots twice so fast. */
const toleranceMs = 60_000;

/** Linux: random(4), "/proc/sys/kernel/random/boot_id", the same until the next reboot. Never rejects. */
export async function readMachineBoot(path = '/proc/sys/kernel/random/boot_id'): Promise<MachineBoot> {
  const id = await readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  return id === '' || id.length > 100
    ? { by: 'time', atMs: Date.now() - os.uptime() * 1000 }
    : { by: 'id', id };
}

/** Whether both are one boot. Two that were told in different ways say nothing: then it is taken for the same. */
export function isSameBoot(a: MachineBoot, b: MachineBoot): boolean {
  if (a.by === 'id' && b.by === 'id') return a.id === b.id;
  if (a.by === 'time' && b.by === 'time') return Math.abs(a.atMs - b.atMs) < toleranceMs;
  return true;
}
