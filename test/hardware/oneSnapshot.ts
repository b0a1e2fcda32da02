import type { TestProject } from 'vitest/node';
import { currentSnapshot, type Snapshot } from './rig/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Each file of this suite goes on from it, in a machine of its own. */
    snapshot: Snapshot;
  }
}

export async function setup(project: TestProject): Promise<void> {
  project.provide('snapshot', await currentSnapshot());
}
