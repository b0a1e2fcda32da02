import { defineConfig } from 'vite';

// One CommonJS file: a sandboxed preload can load nothing but electron.
export default defineConfig({
  publicDir: false,
  build: {
    target: 'chrome130',
    outDir: 'dist/preload',
    emptyOutDir: true,
    sourcemap: true,
    minify: false,
    lib: { entry: 'preload/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    rolldownOptions: { external: ['electron'] },
  },
});
