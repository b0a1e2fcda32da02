import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Served from a custom protocol in the desktop app and over HTTP by the headless host, hence relative addresses.
export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  build: {
    // Electron 33, the oldest we run on; the browsers people bring are newer.
    target: 'chrome130',
    outDir: '../dist/renderer',
    emptyOutDir: true,
    sourcemap: true,
    // The content security policy allows neither data: addresses nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
});
