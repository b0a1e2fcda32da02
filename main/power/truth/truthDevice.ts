import type { PowerFacts } from '../powerFacts.ts';
import type { TruthFacts } from './truthFacts.ts';

type Seen = Pick<PowerFacts, 'device' | 'ownDevice'>;

/**
 * What became of the board's USB device while it is off; null: there is none to watch, or nothing follows. In a socket
 * that the outlet does not switch one that stays may be fed from there, and only what was there before can leave.
 */
export function deviceWhileOff(before: Seen, now: Seen): TruthFacts['off']['device'] {
  if (now.device) return now.device.there ? 'stayed' : 'left';
  return before.ownDevice?.there && now.ownDevice && !now.ownDevice.there ? 'left' : null;
}

/** When the board's USB device came after power-on, in milliseconds since the epoch; null: it did not. */
export function deviceCameAt({ device, ownDevice }: Seen, onAtMs: number): number | null {
  if (device?.there && device.atMs >= onAtMs) return device.atMs;
  const cameAtMs = ownDevice?.cameAtMs ?? null;
  return cameAtMs !== null && cameAtMs >= onAtMs ? cameAtMs : null;
}
