import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

/** Gives `work` an empty folder of its own, and removes it whatever comes. */
export async function inBuildFolder<T>(workDir: string, work: (dir: string) => Promise<T>): Promise<T> {
  await mkdir(workDir, { recursive: true, mode: 0o700 });
  const dir = await mkdtemp(path.join(workDir, 'build-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}
