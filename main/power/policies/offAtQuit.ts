import type { Logger } from '../../base/logger.ts';
import type { Board, BoardId, PowerReading } from '../../contract/index.ts';

/** The end of Labdeck waits no longer: what runs then is aborted when the power service closes. */
const withinMs = 5_000;

export interface OffAtQuitDeps {
  readonly boards: { list(): Board[] };
  readonly power: {
    read(boardId: BoardId): PowerReading;
    /** Switches it off as `quit`; `together` go off anyway and are no reason against it. Rejects with LabError. */
    off(boardId: BoardId, together: readonly BoardId[]): Promise<void>;
  };
  readonly logger: Logger;
  /** How long all of it may take. */
  readonly deadlineMs?: number;
}

/**
 * Switches off what is to be off while Labdeck is not running, all at once: off needs no stagger. Never rejects; a
 * board that could not be switched off is logged, since nobody is left to be told. Virtual boards go dark anyway.
 */
export async function offAtQuit({ boards, power, logger, deadlineMs = withinMs }: OffAtQuitDeps) {
  const wanted = boards.list().filter((board) => {
    if (board.virtual !== null || board.powerPolicy.atQuit !== 'off') return false;
    const { switchable, known, commanded } = power.read(board.boardId);
    return switchable && !(known === 'off' && commanded === 'off');
  });
  if (wanted.length === 0) return;
  const together = wanted.map(({ boardId }) => boardId);
  const left = new Set(together);
  const all = Promise.all(
    wanted.map(({ boardId }) =>
      power
        .off(boardId, together)
        .then(
          () => logger.info('switched off as Labdeck quits', { boardId }),
          (error: unknown) => logger.error('a board was not switched off at the end', { boardId, error }),
        )
        .then(() => left.delete(boardId)),
    ),
  );
  let timer: NodeJS.Timeout | null = null;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      logger.error('boards were not switched off in time at the end', { boards: [...left] });
      resolve();
    }, deadlineMs);
  });
  await Promise.race([all, late]);
  if (timer) clearTimeout(timer);
}
