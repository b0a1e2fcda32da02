/**
 * @typedef {object} BuildPart
 * @property {string} name also the folder in dist/
 * @property {string} config vite configuration file
 * @property {string[]} inputs files and folders, relative to the checkout, whose change makes the part stale
 */

// A changed dependency or option changes the result as well.
const common = ['package.json', 'package-lock.json', 'tsconfig.base.json'];

/** What is built, each on its own, so that a change rebuilds only what it touches. @type {BuildPart[]} */
export const buildParts = [
  {
    name: 'main',
    config: 'vite.main.config.ts',
    inputs: [...common, 'vite.main.config.ts', 'vite.workers.ts', 'main'],
  },
  {
    name: 'preload',
    config: 'vite.preload.config.ts',
    inputs: [...common, 'vite.preload.config.ts', 'preload', 'main/contract'],
  },
  {
    name: 'renderer',
    config: 'vite.renderer.config.ts',
    inputs: [...common, 'vite.renderer.config.ts', 'renderer', 'main/contract'],
  },
];
