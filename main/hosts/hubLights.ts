import type { Disposable } from '../base/disposable.ts';
import type { Event } from '../base/emitter.ts';
import { KeyedQueue } from '../base/keyedQueue.ts';
import type { Logger } from '../base/logger.ts';
import type { BoardId, LedState } from '../contract/index.ts';
import type { BoardLight } from './boardLight.ts';

/** Lets the lights at hub ports say what the boards' LEDs say, one write after another for each board. */
export function hubLights(deps: {
  readonly leds: { ledState(boardId: BoardId): LedState | null; readonly onDidChange: Event<BoardId> };
  readonly lightOf: (boardId: BoardId) => BoardLight | null;
  readonly logger: Logger;
}): Disposable {
  const { leds, lightOf, logger } = deps;
  const queue = new KeyedQueue<BoardId>();
  return leds.onDidChange((boardId) => {
    const show = async () => {
      // By its turn the state may have moved on: what holds then is shown.
      await lightOf(boardId)?.show(leds.ledState(boardId));
    };
    queue.run(boardId, show).catch((error: unknown) => {
      logger.debug('a hub port’s light could not be set', { boardId, error });
    });
  });
}
