import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { type Board, type BoardId, fail, type PowerReading } from '../../contract/index.ts';

export interface FindBoardDeps {
  readonly leds: { seek(boardId: BoardId): Promise<void>; endSeek(boardId: BoardId): void };
  readonly boards: {
    list(): readonly Pick<Board, 'boardId'>[];
    get(boardId: string): Pick<Board, 'boardId'>;
    key(boardId: string): string;
  };
  readonly power: { read(boardId: BoardId): PowerReading };
  /** Throws LabError CONFLICT while a power-truth test has one of them. */
  readonly refuseTested: (boardIds: readonly BoardId[]) => void;
  /** The light of a hub's port the board hangs on, where there is one. */
  readonly indicatorOf: (boardId: BoardId) => Indicator | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Indicator {
  /** Rejects with LabError. */
  light(on: boolean): Promise<void>;
}

interface Search {
  readonly stop: AbortController;
  readonly indicator: Indicator | null;
}

/** "Which one is it?": blinks a board's LEDs, and lights its hub port, for a while. */
export class FindBoard {
  readonly #deps: FindBoardDeps;
  /** By board key: a search goes on through a rename. */
  readonly #searches = new Map<string, Search>();

  constructor(deps: FindBoardDeps) {
    this.#deps = deps;
  }

  /**
   * `forMs` from now on; 0 stops it. Rejects with LabError NOT_FOUND, UNSUPPORTED where nothing could blink, and with
   * what setting an LED does.
   */
  async find(name: string, forMs: number): Promise<PowerReading> {
    const { boards, leds, power, clock } = this.#deps;
    const { boardId } = boards.get(name);
    const key = boards.key(boardId);
    if (forMs === 0) {
      await this.#end(key);
      return power.read(boardId);
    }
    const before = this.#searches.get(key);
    const hasLeds = (power.read(boardId).outlet?.leds ?? 0) > 0;
    const indicator = before?.indicator ?? (await this.#lit(boardId));
    if (!hasLeds && !indicator)
      fail(
        'UNSUPPORTED',
        `${boardId} has nothing to blink`,
        'A power cable with LEDs, or a hub with port lights, has.',
      );
    // Also one that another window began while the light was set.
    this.#searches.get(key)?.stop.abort();
    const search: Search = { stop: new AbortController(), indicator };
    this.#searches.set(key, search);
    if (hasLeds)
      try {
        // They would wait for the end of a test.
        this.#deps.refuseTested([boardId]);
        await leds.seek(boardId);
      } catch (error) {
        if (!indicator) {
          this.#searches.delete(key);
          throw error;
        }
        this.#deps.logger.info('a board that is looked for has only its hub port lit', { boardId, error });
      }
    clock.sleep(forMs, search.stop.signal).then(
      () => this.#end(key),
      () => {},
    );
    return power.read(boardId);
  }

  /** Ends all searches. Never rejects. */
  async close(): Promise<void> {
    const searches = [...this.#searches.values()];
    this.#searches.clear();
    for (const { stop } of searches) stop.abort();
    await Promise.all(searches.map(({ indicator }) => this.#light(indicator, false)));
  }

  async #end(key: string): Promise<void> {
    const search = this.#searches.get(key);
    if (!search) return;
    this.#searches.delete(key);
    search.stop.abort();
    const { boards, leds } = this.#deps;
    // By another name, it may be.
    for (const { boardId } of boards.list()) if (boards.key(boardId) === key) leds.endSeek(boardId);
    await this.#light(search.indicator, false);
  }

  async #lit(boardId: BoardId): Promise<Indicator | null> {
    const indicator = this.#deps.indicatorOf(boardId);
    return (await this.#light(indicator, true)) ? indicator : null;
  }

  async #light(indicator: Indicator | null, on: boolean): Promise<boolean> {
    if (!indicator) return false;
    return indicator.light(on).then(
      () => true,
      (error: unknown) => {
        this.#deps.logger.info("a hub port's light could not be set", { error });
        return false;
      },
    );
  }
}
