import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The data folder all files of this suite share, so that each image is built once. */
    dataDir: string;
  }
}

/** One data folder for the whole suite; afterwards nothing with its label is left in the engine. */
export default function setup(project: TestProject): () => void {
  const dataDir = mkdtempSync(join(tmpdir(), 'labdeck-instances-'));
  project.provide('dataDir', dataDir);
  return () => {
    rmSync(dataDir, { recursive: true, force: true });
    // Images are what a suite leaves on purpose until here.
    const images = podman('images', '--quiet', '--no-trunc', '--filter', 'label=io.labdeck.lab');
    for (const image of new Set(images)) podman('rmi', '--force', image);
  };
}

function podman(...args: string[]): string[] {
  try {
    const out = execFileSync('podman', args, { encoding: 'utf8', timeout: 120_000 });
    return out.split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}
