import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { nodeWorkers } from './vite.workers.ts';

/** Tests with real instances in the order of their names: the first builds from nothing what the others share. */
class Order extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isReal = ({ moduleId }: TestSpecification) => moduleId.includes('/test/instances/');
    const real = files.filter(isReal).sort((a, b) => a.moduleId.localeCompare(b.moduleId));
    return [...(await super.sort(files.filter((file) => !isReal(file)))), ...real];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: Order },
    projects: [
      {
        plugins: [nodeWorkers()],
        test: {
          name: 'unit',
          include: ['{main,preload,renderer,scripts}/**/*.test.{ts,tsx,mjs}', 'test/bench/**/*.test.ts'],
          environment: 'node',
          // One process for all files, three times as fast. It holds as long as no module keeps global state.
          isolate: false,
          testTimeout: 10_000,
        },
      },
      {
        plugins: [nodeWorkers()],
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They start emulators and hosts, and some measure time: one file after the other.
          fileParallelism: false,
        },
      },
      {
        plugins: [nodeWorkers()],
        test: {
          name: 'instances',
          include: ['test/instances/**/*.test.ts'],
          globalSetup: 'test/instances/oneLab.ts',
          environment: 'node',
          // Building an image of LAVA is most of it.
          testTimeout: 15 * 60_000,
          hookTimeout: 15 * 60_000,
          fileParallelism: false,
        },
      },
      {
        plugins: [nodeWorkers()],
        test: {
          name: 'hardware',
          include: ['test/hardware/**/*.test.ts'],
          globalSetup: 'test/hardware/oneSnapshot.ts',
          environment: 'node',
          // An emulated machine takes ten times as long for everything.
          testTimeout: 5 * 60_000,
          hookTimeout: 5 * 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
