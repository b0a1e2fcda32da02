import type { Terminal } from '@xterm/xterm';
import { hasHardwareWebgl } from './gpu.ts';

/** A page keeps 16 WebGL contexts and takes the oldest one away from whoever has it: some are left for others. */
const mostContexts = 12;

let hardware: boolean | null = null;
let contexts = 0;

/**
 * Starts on the DOM renderer and moves to the GPU when there is a real one, a context is left and nothing else
 * is to do. On a wall of many the later terminals stay on the DOM, which is quick enough for a tile.
 */
export function moveToGpuWhenIdle(terminal: Terminal): void {
  requestIdleCallback(() => void moveToGpu(terminal));
}

async function moveToGpu(terminal: Terminal): Promise<void> {
  hardware ??= hasHardwareWebgl();
  if (!hardware) return;
  const { WebglAddon } = await import('@xterm/addon-webgl');
  if (terminal.element === undefined || contexts >= mostContexts) return;
  contexts += 1;
  const webgl = new WebglAddon();
  // A driver reset takes the context; without the addon xterm is back on the DOM.
  webgl.onContextLoss(() => webgl.dispose());
  terminal.loadAddon(webgl);
  // Addons go with their terminal: this one tells that a context is free again.
  terminal.loadAddon({
    activate: () => {},
    dispose: () => {
      contexts -= 1;
    },
  });
}
