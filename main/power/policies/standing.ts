import type { PowerReading } from '../../contract/index.ts';

/**
 * What to go by where a decision needs one word for a board's power: what is known, else what was commanded, since
 * a cable is never known to be off. 'unknown' where nothing is known and nothing was ever commanded.
 */
export function standing({
  known,
  commanded,
}: Pick<PowerReading, 'known' | 'commanded'>): PowerReading['known'] {
  return known === 'unknown' ? (commanded ?? 'unknown') : known;
}

/** Whether switching it off may help: it is on, unless it only shows that off was not obeyed. */
export function maySwitchOff(reading: PowerReading): boolean {
  if (!reading.switchable || standing(reading) !== 'on') return false;
  // By hand at the plug is on again; a console that speaks though off is an outlet that lies, and would again.
  return reading.commanded !== 'off' || reading.evidence.kind === 'read-back';
}
