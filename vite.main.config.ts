import { defineConfig } from 'vite';
import { nodeWorkers } from './vite.workers.ts';

// The core's two hosts and the Electron shell, for Node 20 and newer.
export default defineConfig({
  plugins: [nodeWorkers()],
  publicDir: false,
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/main',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: {
        headless: 'main/hosts/headless.ts',
        doctor: 'main/hosts/doctorCommand.ts',
        core: 'main/hosts/utilityProcess.ts',
        app: 'main/app/main.ts',
      },
      // electron is not a file; the serial port's native part must stay beside its binaries;
      // ws looks for the other two and does without.
      external: ['electron', '@serialport/bindings-cpp', 'bufferutil', 'utf-8-validate'],
      output: {
        format: 'esm',
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
      },
    },
  },
  ssr: {
    target: 'node',
    // Everything else is bundled, so that a packaged app carries no node_modules but the native part.
    noExternal: true,
  },
});
