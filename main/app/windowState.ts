import ElectronStore from 'electron-store';
import { z } from 'zod';

const windowState = z.object({
  x: z.int().optional(),
  y: z.int().optional(),
  width: z.int().min(480).max(20_000),
  height: z.int().min(360).max(20_000),
  maximized: z.boolean(),
});
export type WindowState = z.infer<typeof windowState>;

const fresh: WindowState = { width: 1280, height: 800, maximized: false };

/** Where the window was last. It is a convenience: whatever can't be read is forgotten. */
export function createWindowStateStore(): { read(): WindowState; write(state: WindowState): void } {
  const store = new ElectronStore<{ window: unknown }>({ name: 'window', clearInvalidConfig: true });
  return {
    read: () => windowState.safeParse(store.get('window')).data ?? fresh,
    write: (state) => store.set('window', state),
  };
}
