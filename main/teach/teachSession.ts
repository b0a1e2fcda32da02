import {
  fail,
  type TeachFound,
  type TeachRole,
  type TeachSession as TeachSessionView,
  type TeachSight,
} from '../contract/index.ts';
import { askFor } from './ask.ts';
import { likeliestFirst, withFound } from './found.ts';
import {
  candidatesOf,
  decide,
  observe,
  rootsOf,
  startWatch,
  type Thing,
  type Watch,
} from './teachMachine.ts';

/** A kind of things that can be pulled, and what each would be found as. */
export interface Pullable<T extends Thing> {
  things(): readonly T[];
  toFound(thing: T): TeachFound;
}

/** One kind at work, whatever its things are. */
interface Watching {
  readonly role: TeachRole;
  readonly step: 'pull' | 'plug' | 'done';
  readonly decideInMs: number | null;
  readonly gone: readonly string[];
  readonly anything: boolean;
  readonly news: string | null;
  look(): readonly { readonly what: TeachSight['what']; readonly text: string }[];
  decide(): void;
  candidates(): TeachFound[];
}

/** What one person learns of one board; knows neither time nor who listens. */
export class TeachSession {
  readonly teachId: string;
  readonly #startedAtMs: number;
  readonly #sights: TeachSight[] = [];
  #found: readonly TeachFound[] = [];
  #watching: Watching | null = null;
  #candidates: readonly TeachFound[] = [];

  constructor(teachId: string, startedAtMs: number) {
    this.teachId = teachId;
    this.#startedAtMs = startedAtMs;
  }

  get found(): readonly TeachFound[] {
    return this.#found;
  }

  get decideInMs(): number | null {
    return this.#watching?.decideInMs ?? null;
  }

  view(proposedName: string): TeachSessionView {
    const watching = this.#watching;
    const step = this.#step();
    const role = watching?.role ?? null;
    return {
      teachId: this.teachId,
      step,
      role,
      ask: askFor({
        step,
        role,
        gone: watching?.gone ?? [],
        candidates: this.#candidates.length,
        found: this.#found.length,
        anything: watching?.anything ?? true,
        news: watching?.news ?? null,
      }),
      sights: [...this.#sights],
      candidates: [...this.#candidates],
      found: [...this.#found],
      proposedName,
      startedAtMs: this.#startedAtMs,
    };
  }

  /** Throws LabError CONFLICT while something else is watched for. */
  watch<T extends Thing>(role: TeachRole, pullable: Pullable<T>): void {
    if (this.#watching)
      fail('CONFLICT', `It still waits for the ${this.#watching.role}`, 'Skip that first, or choose.', {
        details: { step: this.#step() },
      });
    this.#watching = watchingOf(role, pullable);
  }

  /** Looks at what is plugged in now; true when that is news. */
  look(nowMs: number): boolean {
    const watching = this.#watching;
    if (!watching || this.#step() === 'choose') return false;
    const before = watching.news;
    const seen = watching.look();
    this.#sights.push(...seen.map((sight) => ({ atMs: nowMs, ...sight })));
    this.#sights.splice(0, this.#sights.length - maxSights);
    return seen.length > 0 || watching.news !== before;
  }

  /** Takes the next step once things have been quiet for `decideInMs`. */
  decide(): void {
    const watching = this.#watching;
    if (!watching) return;
    watching.decide();
    if (watching.step !== 'done') return;
    const candidates = likeliestFirst(watching.candidates());
    const [only] = candidates;
    if (only && candidates.length === 1) this.#take(only);
    else this.#candidates = candidates;
  }

  /** Throws LabError CONFLICT where there is nothing to choose, BAD_REQUEST for what is not there. */
  choose(index: number): void {
    if (this.#step() !== 'choose')
      fail('CONFLICT', 'There is nothing to choose from now', 'Watch for a cable first.');
    this.#take(at(this.#candidates, index));
  }

  skip(): void {
    this.#watching = null;
    this.#candidates = [];
  }

  /** Throws LabError BAD_REQUEST for what is not there. */
  forget(index: number): void {
    const gone = at(this.#found, index);
    this.#found = this.#found.filter((found) => found !== gone);
  }

  #take(found: TeachFound): void {
    this.#found = withFound(this.#found, found);
    this.skip();
  }

  #step(): TeachSessionView['step'] {
    if (!this.#watching) return 'ready';
    return this.#watching.step === 'done' ? 'choose' : this.#watching.step;
  }
}

/** A loose plug must not fill the memory. */
const maxSights = 200;

function watchingOf<T extends Thing>(role: TeachRole, { things, toFound }: Pullable<T>): Watching {
  let watch: Watch<T> = startWatch(things());
  return {
    role,
    get step() {
      return watch.step;
    },
    get decideInMs() {
      return watch.decideInMs;
    },
    get gone() {
      return rootsOf(watch.gone).map(({ text }) => text);
    },
    get anything() {
      return watch.present.length > 0 || watch.gone.length > 0;
    },
    get news() {
      return watch.news;
    },
    look() {
      const { watch: next, seen } = observe(watch, things());
      watch = next;
      return seen;
    },
    decide() {
      watch = decide(watch);
    },
    candidates: () => distinct(candidatesOf(watch).map(toFound)),
  };
}

/** Both halves of a USB 3 device are in one socket. */
function distinct(candidates: readonly TeachFound[]): TeachFound[] {
  return candidates.filter(
    ({ socket }, index) =>
      socket === null || candidates.findIndex((other) => other.socket === socket) === index,
  );
}

function at(list: readonly TeachFound[], index: number): TeachFound {
  return (
    list[index] ??
    fail('BAD_REQUEST', `There is no number ${index}: there are ${list.length}`, 'Counting begins with 0.', {
      field: 'index',
    })
  );
}
