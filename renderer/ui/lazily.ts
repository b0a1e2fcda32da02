import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

const againAfterMs = [200, 1000, 3000];

/**
 * React's `lazy`, tried again a few times: browsers break off every request when a network interface comes or goes, as
 * it does whenever a container starts, and that must not end the window.
 */
// biome-ignore lint/suspicious/noExplicitAny: as React's own lazy has it; the component's properties are kept
export function lazily<T extends ComponentType<any>>(
  load: () => Promise<{ default: T }>,
): LazyExoticComponent<T> {
  return lazy(() => loadAgain(load, againAfterMs));
}

export async function loadAgain<T>(
  load: () => Promise<T>,
  [waitMs, ...later]: readonly number[],
): Promise<T> {
  if (waitMs === undefined) return load();
  try {
    return await load();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return loadAgain(load, later);
  }
}
