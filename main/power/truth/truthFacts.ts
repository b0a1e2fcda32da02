import type { BoardId, PowerEvidence, PowerState } from '../../contract/index.ts';
import type { ClockFinding } from './clockTrace.ts';

/** All that a power-truth test saw. Times are in milliseconds since the epoch. */
export interface TruthFacts {
  readonly offAtMs: number;
  readonly onAtMs: number;
  readonly endAtMs: number;
  /** When the board was last heard before the test; null: not since the outlet was last switched. */
  readonly heardBeforeAtMs: number | null;
  /** It has shown boots before: then one that does not show means something. */
  readonly isKnownToBoot: boolean;
  readonly off: {
    /** A console was connected, at least at one time while it was off: its silence means something. */
    readonly audible: boolean;
    /** Output that came late enough not to be from before; the last of it. */
    readonly lastOutputAtMs: number | null;
    /** Of the device in the switched socket, or of the board's own elsewhere; null: nothing follows from either. */
    readonly device: 'left' | 'stayed' | null;
    /** The last that was measured late enough; null: no meter. */
    readonly watts: number | null;
    readonly readBack: PowerState | null;
  };
  readonly on: {
    readonly audible: boolean;
    /** The first line of a boot. */
    readonly banner: { readonly atMs: number; readonly text: string } | null;
    readonly firstOutputAtMs: number | null;
    readonly deviceCameAtMs: number | null;
    readonly watts: number | null;
    readonly readBack: PowerState | null;
  };
  /** What the numbers it prints say of its own time. */
  readonly clock: ClockFinding | null;
  /** Boards that lost their power meanwhile without a command of their own. */
  readonly others: readonly {
    readonly boardId: BoardId;
    readonly how: 'booted' | 'went off' | 'device left';
    readonly atMs: number;
  }[];
}

/** What they say one by one, oldest first. */
export function whatWasSeen(facts: TruthFacts): PowerEvidence[] {
  const { off, on, clock, offAtMs, onAtMs } = facts;
  const said = (kind: PowerEvidence['kind'], text: string, atMs: number): PowerEvidence => ({
    kind,
    text,
    atMs,
  });
  const seen: (PowerEvidence | null)[] = [
    facts.heardBeforeAtMs === null
      ? null
      : said('console-spoke', 'it was heard before the test', facts.heardBeforeAtMs),
    off.device === 'left' ? said('device-gone', 'its USB device left at power-off', offAtMs) : null,
    off.device === 'stayed' ? said('device-there', 'its USB device stayed through power-off', onAtMs) : null,
    off.lastOutputAtMs === null
      ? off.audible
        ? said('console-silent', 'its console was silent while it was off', onAtMs)
        : null
      : said('console-contradicts', 'its console spoke while it was off', off.lastOutputAtMs),
    off.watts === null ? null : said('meter', `${off.watts.toFixed(1)} W flowed while it was off`, onAtMs),
    off.readBack === null || off.readBack === 'unknown'
      ? null
      : said('read-back', `the outlet said it was ${off.readBack}`, onAtMs),
    on.deviceCameAtMs === null
      ? null
      : said('device-there', 'its USB device came back after power-on', on.deviceCameAtMs),
    on.banner === null
      ? null
      : said('boot-banner', `it booted after power-on: ${on.banner.text}`, on.banner.atMs),
    on.banner !== null || on.firstOutputAtMs === null
      ? null
      : said('console-spoke', 'its console spoke after power-on, without a boot', on.firstOutputAtMs),
    clock === null
      ? null
      : said(
          clock.what === 'went-on' ? 'console-contradicts' : 'boot-banner',
          clock.what === 'went-on'
            ? `its own time ran on: ${clock.text}`
            : `its own time began anew: ${clock.text}`,
          clock.atMs,
        ),
    on.watts === null ? null : said('meter', `${on.watts.toFixed(1)} W flowed after power-on`, facts.endAtMs),
    ...facts.others.map(({ boardId, how, atMs }) =>
      said(how === 'device left' ? 'device-gone' : 'boot-banner', `${boardId}: ${otherWords[how]}`, atMs),
    ),
  ];
  return seen.filter((each) => each !== null).sort((a, b) => a.atMs - b.atMs);
}

const otherWords = {
  booted: 'it booted without a command of its own',
  'went off': 'it went off without a command of its own',
  'device left': 'its USB device left too',
} as const;
