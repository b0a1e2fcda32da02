import type { Terminal } from '@xterm/xterm';
import { hasHardwareWebgl } from './gpu.ts';

let hardware: boolean | null = null;

/** Starts on the DOM renderer and moves to the GPU when there is a real one and nothing else to do. */
export function moveToGpuWhenIdle(terminal: Terminal): void {
  requestIdleCallback(() => void moveToGpu(terminal));
}

async function moveToGpu(terminal: Terminal): Promise<void> {
  hardware ??= hasHardwareWebgl();
  if (!hardware) return;
  const { WebglAddon } = await import('@xterm/addon-webgl');
  if (terminal.element === undefined) return;
  const webgl = new WebglAddon();
  // A driver reset takes the context; without the addon xterm is back on the DOM.
  webgl.onContextLoss(() => webgl.dispose());
  terminal.loadAddon(webgl);
}
