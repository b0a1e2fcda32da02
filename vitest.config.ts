import { defineConfig } from 'vitest/config';
import { nodeWorkers } from './vite.workers.ts';

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [nodeWorkers()],
        test: {
          name: 'unit',
          include: ['{main,preload,renderer,scripts}/**/*.test.{ts,tsx,mjs}'],
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
    ],
  },
});
