import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { type EngineProblem, type EngineState, LabError, labErrorStatus } from '../contract/index.ts';
import type { ContainerEngine } from './engine/engine.ts';

/** What looking for an engine comes to. */
export type Detected = { readonly engine: ContainerEngine } | { readonly problems: readonly EngineProblem[] };

/** The engine of this machine: looked for once, and again when somebody asks for it and it was not there. */
export class EngineService {
  readonly #detect: () => Promise<Detected>;
  readonly #logger: Logger;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  #found: Detected | null = null;
  #looking: Promise<Detected> | null = null;

  constructor(deps: { detect: () => Promise<Detected>; logger: Logger }) {
    this.#detect = deps.detect;
    this.#logger = deps.logger;
  }

  get state(): EngineState {
    if (!this.#found) return { state: 'looking' };
    return 'engine' in this.#found
      ? { state: 'ready', engine: this.#found.engine.info }
      : { state: 'unavailable', problems: [...this.#found.problems] };
  }

  /** What was found last, without looking. */
  get present(): ContainerEngine | null {
    return this.#found && 'engine' in this.#found ? this.#found.engine : null;
  }

  /** Rejects with LabError: what keeps the first engine from being used. */
  async get(): Promise<ContainerEngine> {
    const found = this.present ? this.#found : await this.#look();
    if (found && 'engine' in found) return found.engine;
    throw toLabError(found?.problems ?? []);
  }

  /** Looks anew. Never rejects. */
  async look(): Promise<EngineState> {
    await this.#look();
    return this.state;
  }

  #look(): Promise<Detected> {
    this.#looking ??= this.#detect()
      .then((found) => {
        // The one in use keeps its watchers: a new object for the same engine would lose them.
        const isSame =
          this.present &&
          'engine' in found &&
          JSON.stringify(this.present.info) === JSON.stringify(found.engine.info);
        if (!isSame) this.#found = found;
        if ('problems' in found) this.#logger.warn('no container engine', { problems: found.problems });
        this.#changed.fire();
        return this.#found ?? found;
      })
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }
}

function toLabError(problems: readonly EngineProblem[]): LabError {
  const first = problems[0];
  if (!first)
    return new LabError('MISSING_DEPENDENCY', 'There is no container engine', { hint: 'Install podman.' });
  const code =
    first.code in labErrorStatus ? (first.code as keyof typeof labErrorStatus) : 'MISSING_DEPENDENCY';
  return new LabError(code, first.message, { hint: first.hint, details: { problems } });
}
