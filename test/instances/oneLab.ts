import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { labIdOf } from './labId.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The data folder all files of this suite share, so that each image is built once. */
    dataDir: string;
  }
}

/** One that stays, with its images, for those who run a single file again and again. */
const kept = process.env.LABDECK_INSTANCES_DATA;
let dataDir = '';

/** One data folder for the whole suite. */
export function setup(project: TestProject): void {
  dataDir = kept ?? mkdtempSync(join(tmpdir(), 'labdeck-instances-'));
  project.provide('dataDir', dataDir);
}

/** Afterwards no image of it is left in the engine: those a suite leaves on purpose until here. */
export function teardown(): void {
  if (kept !== undefined) return;
  rmSync(dataDir, { recursive: true, force: true });
  const label = `label=io.labdeck.lab=${labIdOf(dataDir)}`;
  for (const image of new Set(podman('images', '--quiet', '--no-trunc', '--filter', label)))
    podman('rmi', '--force', image);
}

function podman(...args: string[]): string[] {
  try {
    const out = execFileSync('podman', args, { encoding: 'utf8', timeout: 120_000 });
    return out.split('\n').filter((line) => line !== '');
  } catch {
    return [];
  }
}
