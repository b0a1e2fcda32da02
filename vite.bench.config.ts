import { defineConfig } from 'vite';
import main from './vite.main.config.ts';

// The bench is built as the app's own code is, so that what it measures is what people run.
export default defineConfig({
  ...main,
  build: {
    ...main.build,
    outDir: 'dist/bench',
    rolldownOptions: {
      ...main.build?.rolldownOptions,
      input: {
        main: 'test/bench/run.ts',
        // Processes of their own, which the bench starts.
        generator: 'test/bench/generator.ts',
        roundTrips: 'test/bench/roundTrips.ts',
      },
      external: ['@playwright/test', '@serialport/bindings-cpp'],
    },
  },
});
