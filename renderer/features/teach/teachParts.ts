import { useEffect, useRef } from 'react';
import type { TeachSession } from '../../../main/contract/index.ts';
import type { Teaching } from './teaching.ts';

/** Asks the core for something; what it refuses is shown at the foot of the dialog. */
export type Ask = (what: string, work: () => Promise<unknown>) => Promise<boolean>;

export interface TeachProps {
  readonly session: TeachSession;
  readonly teaching: Teaching;
  readonly ask: Ask;
}

/** Takes the focus when what it stands in comes up: what had it before is gone. */
export function useFocusFirst<T extends HTMLElement>(): React.RefObject<T | null> {
  const first = useRef<T>(null);
  // What stands above it stays in sight: the foot, where most of it is, always is.
  useEffect(() => first.current?.focus({ preventScroll: true }), []);
  return first;
}
