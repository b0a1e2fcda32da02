import { freeBytes } from '../../base/freeBytes.ts';
import { fail } from '../../contract/labError.ts';
import type { ContainerEngine } from '../engine/engine.ts';

const mib = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MiB`;

/** Rejects with LabError DISK_FULL, with figures, unless `bytes` more fit where the engine keeps its images. */
export async function requireEngineSpace(
  engine: ContainerEngine,
  bytes: number,
  what: string,
): Promise<void> {
  await requireSpace(await engine.storageDir(), bytes, what);
}

export async function requireSpace(folder: string, bytes: number, what: string): Promise<void> {
  // Of an engine elsewhere nobody here can tell; it says itself when it is full.
  const free = await freeBytes(folder);
  if (free === null || free >= bytes) return;
  fail(
    'DISK_FULL',
    `${what} needs ${mib(bytes)} in ${folder}, where ${mib(free)} are free`,
    'Remove images nobody uses, or make room otherwise.',
    { details: { folder, neededBytes: bytes, freeBytes: free } },
  );
}
