import type { PowerMeter, PowerState, PowerVerdict, SwitchState } from '../contract/index.ts';

/** From when on what is seen counts. `itself`: the outlet changed without a command of ours. */
export type SinceWhy = 'switch' | 'replug' | 'start' | 'itself';

/** All that was seen of an outlet and its board since the last command. Times are in milliseconds since the epoch. */
export interface PowerFacts {
  readonly commanded: SwitchState | null;
  /** Why the outlet may hold something else than commanded; null when nothing says so. */
  readonly doubt: string | null;
  /** The outlet's own word; null where it cannot be asked. */
  readonly readBack: { readonly state: PowerState; readonly atMs: number } | null;
  /** Its word is only what it was told: see PowerDriver. */
  readonly repeatsCommand: boolean;
  /** The last switch, replug, start or change: `why` says which, as in "the console spoke 2 s after ...". */
  readonly since: { readonly atMs: number; readonly why: SinceWhy };
  /** When the last command was through: some take seconds. Null before the first since Labdeck started. */
  readonly endedAtMs: number | null;
  /** Was it known to be on right before? Then silence after it says more. */
  readonly wasOn: boolean;
  /** When its port left; null while it is plugged. */
  readonly goneAtMs: number | null;
  /** Is any console connected that could be heard? */
  readonly audible: boolean;
  /** First and latest output that count, by `countsFrom`. */
  readonly firstOutputAtMs: number | null;
  readonly lastOutputAtMs: number | null;
  /** A boot that began since power-on, by the line that shows it. */
  readonly banner: { readonly atMs: number; readonly text: string } | null;
  /** The device in the socket that is switched, and since when it is there or away; null where there is none to watch. */
  readonly device: { readonly there: boolean; readonly atMs: number } | null;
  /**
   * The board's own USB device in a socket that this outlet does not switch: whether it is there, when it last came or
   * left (null: not while it was watched), and when it first came since the last switch. Null where there is none to watch.
   */
  readonly ownDevice: {
    readonly there: boolean;
    readonly changedAtMs: number | null;
    readonly cameAtMs: number | null;
  } | null;
  readonly meter: PowerMeter | null;
  /** What the power-truth test found of this outlet; null: it was not tested. */
  readonly verdict: PowerVerdict['outcome'] | null;
}

/** Output this soon after `on` may still be from before, on its way through a UART and USB. */
export const onGraceMs = 20;
/** A board's capacitors and the queues on the way may print this long after `off`. */
export const offGraceMs = 500;
/** Silence after `off` is worth telling from here on. */
export const silenceMs = 3000;
/** A board that spoke though off must be silent this long to be believed: some print only every few seconds. */
export const contradictedSilenceMs = 10_000;
/** A hub takes its time to notice that a device left. */
export const deviceGraceMs = 2000;
/** A board on its capacitors may take so long to leave; later it may have been pulled. */
export const ownDeviceGraceMs = 5000;
/** What a meter says sooner may be the state before. */
export const meterGraceMs = 1500;
/** Below it nothing but a meter's own error and a leaky supply flows. */
export const flowWatts = 0.5;

/** The earliest output that says something about the state after a switch to `state`. */
export function countsFrom(state: PowerState | null, sinceAtMs: number): number {
  return sinceAtMs + (state === 'off' ? offGraceMs : onGraceMs);
}

/** What the outlet itself stands for: its word where it gives one, else the last command where that is certain. */
export function claimOf({
  readBack,
  commanded,
  doubt,
}: Pick<PowerFacts, 'readBack' | 'commanded' | 'doubt'>): PowerState {
  if (readBack && readBack.state !== 'unknown') return readBack.state;
  return doubt === null && commanded !== null ? commanded : 'unknown';
}

/** Until when a device may be there though its socket was switched off. */
export function deviceGraceUntil({ since, endedAtMs }: Pick<PowerFacts, 'since' | 'endedAtMs'>): number {
  return Math.max(since.atMs, endedAtMs ?? since.atMs) + deviceGraceMs;
}

/** When the board's own device left with the power-off; null: it did not. */
export function ownDeviceLeftAt({ ownDevice, since, endedAtMs }: PowerFacts): number | null {
  if (ownDevice === null || ownDevice.there || since.why !== 'switch') return null;
  const { changedAtMs } = ownDevice;
  const untilMs = Math.max(since.atMs, endedAtMs ?? since.atMs) + ownDeviceGraceMs;
  return changedAtMs !== null && changedAtMs >= since.atMs && changedAtMs <= untilMs ? changedAtMs : null;
}

/** What its meter says of now; null where it says nothing that counts. */
export function meterOf({ meter, since }: PowerFacts): PowerMeter | null {
  const fromMs = since.atMs + (since.why === 'start' ? 0 : meterGraceMs);
  return meter !== null && meter.atMs >= fromMs ? meter : null;
}
