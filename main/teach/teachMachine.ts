/** Something that can be pulled and plugged in: a serial port, or a device in a USB socket. */
export interface Thing {
  /** Who and where: it is the same thing in the same place as long as this stays. */
  readonly key: string;
  /** Who, wherever it is. */
  readonly who: string;
  /** The USB socket; null for what is no USB device. */
  readonly socket: string | null;
  /** `FTDI FT232R (A5069RR4) at desk hub, port 3`. */
  readonly text: string;
}

export interface Returned<T extends Thing> {
  readonly now: T;
  readonly moved: boolean;
}

export interface Seen {
  readonly what: 'gone' | 'back' | 'moved';
  readonly text: string;
}

/** One cable being taught: what was there, what went, what came back. */
export interface Watch<T extends Thing> {
  readonly step: 'pull' | 'plug' | 'done';
  readonly present: readonly T[];
  /** What was pulled. */
  readonly gone: readonly T[];
  /** Which of it is back, by the key it had. */
  readonly back: ReadonlyMap<string, Returned<T>>;
  /** What else went after the pull: neither taken now nor when it returns. */
  readonly bystanders: readonly T[];
  /** What else happened, for people; null when nothing did. */
  readonly news: string | null;
  /** `decide` after so many milliseconds without another change; null: there is nothing to decide. */
  readonly decideInMs: number | null;
}

/** A device with several ports leaves in several steps, and a hub takes all behind it along: one event for people. */
export const settleMs = 200;
/** Of several that went not all may return: a board without power has no port. */
export const stragglersMs = 2500;

export function startWatch<T extends Thing>(present: readonly T[]): Watch<T> {
  return {
    step: 'pull',
    present,
    gone: [],
    back: new Map(),
    bystanders: [],
    news: null,
    decideInMs: null,
  };
}

/** What the world looks like now; gives back `watch` itself when nothing changed. */
export function observe<T extends Thing>(
  watch: Watch<T>,
  present: readonly T[],
): { readonly watch: Watch<T>; readonly seen: readonly Seen[] } {
  const left = without(watch.present, present);
  const came = without(present, watch.present);
  if (watch.step === 'done' || (left.length === 0 && came.length === 0)) return { watch, seen: [] };
  const seen: Seen[] = [];
  const back = new Map(watch.back);
  let { gone, bystanders, news } = watch;

  for (const thing of left) {
    const returned = [...back].find(([, { now }]) => now.key === thing.key);
    if (returned) {
      // Pulled once more: it is awaited again.
      back.delete(returned[0]);
      seen.push({ what: 'gone', text: thing.text });
    } else if (watch.step === 'pull') {
      gone = [...gone, thing];
      seen.push({ what: 'gone', text: thing.text });
    } else {
      bystanders = [...bystanders, thing];
      news = `${thing.text} went too: it is not taken.`;
    }
  }
  // First who is where it was: an exact return must not be taken for somebody else's move.
  const ordered = [...came].sort((a, b) => Number(isHome(b, gone)) - Number(isHome(a, gone)));
  for (const thing of ordered) {
    const awaited = gone.filter(({ key }) => !back.has(key));
    const from =
      awaited.find(({ key }) => key === thing.key) ?? awaited.find(({ who }) => who === thing.who) ?? null;
    if (from) {
      const moved = from.key !== thing.key;
      back.set(from.key, { now: thing, moved });
      seen.push({ what: moved ? 'moved' : 'back', text: thing.text });
    } else {
      const known = bystanders.some(({ key }) => key === thing.key);
      bystanders = bystanders.filter(({ key }) => key !== thing.key);
      const came = gone.length === 0 ? 'was plugged in.' : 'was plugged in: it is not taken.';
      news = `${thing.text} ${known ? 'is back.' : came}`;
    }
  }
  return {
    watch: { ...watch, present, gone, back, bystanders, news, ...deciding(watch.step, gone, back) },
    seen,
  };
}

/** After `decideInMs` without a change: something was pulled, or all of it that returns has returned. */
export function decide<T extends Thing>(watch: Watch<T>): Watch<T> {
  if (watch.step === 'pull' && watch.gone.length > 0) {
    const next = { ...watch, step: 'plug' as const, news: null };
    // A quick hand: it is back already.
    return { ...next, ...deciding('plug', watch.gone, watch.back) };
  }
  if (watch.step === 'plug' && watch.back.size > 0) return { ...watch, step: 'done', decideInMs: null };
  return { ...watch, decideInMs: null };
}

/** What it may have been, once it is `done`: all that went and returned, save what merely hangs on another of them. */
export function candidatesOf<T extends Thing>(watch: Watch<T>): T[] {
  const roots = rootsOf(watch.gone).map(({ key }) => key);
  return roots.flatMap((key) => watch.back.get(key)?.now ?? []);
}

/** What went, without what only went because the hub it hangs on did. */
export function rootsOf<T extends Thing>(gone: readonly T[]): T[] {
  return gone.filter(
    ({ socket, key }) =>
      socket === null ||
      !gone.some(
        (other) => other.key !== key && other.socket !== null && socket.startsWith(`${other.socket}.`),
      ),
  );
}

function deciding<T extends Thing>(
  step: Watch<T>['step'],
  gone: readonly T[],
  back: ReadonlyMap<string, Returned<T>>,
): { decideInMs: number | null } {
  if (step === 'pull') return { decideInMs: gone.length === 0 ? null : settleMs };
  if (back.size === 0) return { decideInMs: null };
  return { decideInMs: rootsOf(gone).every(({ key }) => back.has(key)) ? settleMs : stragglersMs };
}

function isHome<T extends Thing>(thing: T, gone: readonly T[]): boolean {
  return gone.some(({ key }) => key === thing.key);
}

function without<T extends Thing>(things: readonly T[], others: readonly T[]): T[] {
  const keys = new Set(others.map(({ key }) => key));
  return things.filter(({ key }) => !keys.has(key));
}
