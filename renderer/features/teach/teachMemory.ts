import type { TeachRole } from '../../../main/contract/index.ts';

/** What is taught one after the other; `name` makes a board of it. */
export type TeachStage = TeachRole | 'name';
export const teachStages: readonly TeachStage[] = ['console', 'cable', 'socket', 'name'];

/** Where this window's user is; the core keeps what was learned. */
export interface TeachPlace {
  readonly teachId: string;
  readonly stage: TeachStage;
  /** False where the dialog was closed for a while: a reload does not open it again. */
  readonly open: boolean;
}

export interface TeachMemory {
  read(): TeachPlace | null;
  write(place: TeachPlace | null): void;
}

const key = 'labdeck.teach';

/** Survives a reload of the window and dies with it; without storage nothing is remembered. */
export const teachMemory: TeachMemory = {
  read() {
    try {
      return parsePlace(window.sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(place) {
    try {
      if (place === null) window.sessionStorage.removeItem(key);
      else window.sessionStorage.setItem(key, JSON.stringify(place));
    } catch {
      // no storage: a reload then begins anew, as said above
    }
  },
};

/** Null for what no window of ours wrote. Throws SyntaxError for what is no JSON. */
export function parsePlace(text: string | null): TeachPlace | null {
  if (text === null) return null;
  const place: unknown = JSON.parse(text);
  if (typeof place !== 'object' || place === null) return null;
  const { teachId, stage, open }: { teachId?: unknown; stage?: unknown; open?: unknown } = place;
  const known = teachStages.find((each) => each === stage);
  if (typeof teachId !== 'string' || known === undefined) return null;
  return { teachId, stage: known, open: open === true };
}
