import type { Boot } from '../../contract/index.ts';
import { fail } from '../../contract/labError.ts';
import type { BootTracker } from './bootTracker.ts';

/** How many boots back a good one is looked for. */
const lookBack = 1_000;

/**
 * Which two boots are compared, by id: by default the newest with the last good one before it. Throws LabError
 * NOT_FOUND.
 */
export function pairToCompare(
  boots: BootTracker,
  left: number | undefined,
  right: number | undefined,
): { left: Boot; right: Boot } {
  const newer = right === undefined ? boots.list(1)[0] : boots.get(right);
  if (!newer) return fail('NOT_FOUND', 'There is no boot yet', 'Switch the board on.');
  const older =
    left === undefined
      ? boots.list(lookBack, newer.bootId).find(({ outcome }) => outcome === 'good')
      : boots.get(left);
  if (!older)
    return fail('NOT_FOUND', `There is no good boot before boot ${newer.bootId}`, 'Choose the two boots.');
  return { left: older, right: newer };
}
