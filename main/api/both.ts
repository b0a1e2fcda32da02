import type { Disposable } from '../base/disposable.ts';

/** Two subscriptions as one. */
export function both(a: Disposable, b: Disposable): Disposable {
  return {
    dispose() {
      a.dispose();
      b.dispose();
    },
  };
}
