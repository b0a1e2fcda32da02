import type { PowerEvidence, PowerState, SwitchState } from '../contract/index.ts';

/** Output this soon after `on` may still be from before, on its way through a UART and USB. */
export const onGraceMs = 20;
/** A board's capacitors and the queues on the way may print this long after `off`. */
export const offGraceMs = 500;
/** Silence after `off` is worth telling from here on. */
export const silenceMs = 3000;
/** A board that spoke though off must be silent this long to be believed: some print only every few seconds. */
export const contradictedSilenceMs = 10_000;

/** What is known about an outlet that cannot be asked. Times are in milliseconds since the epoch. */
export interface CableFacts {
  readonly commanded: SwitchState | null;
  /** Why the outlet may hold something else than commanded; null when nothing says so. */
  readonly doubt: string | null;
  /** From when on output counts: the last switch, replug or start. `why` says which, as in "the console spoke 2 s after ...". */
  readonly since: { readonly atMs: number; readonly why: 'switch' | 'replug' | 'start' };
  /** When its port left; null while it is plugged. */
  readonly goneAtMs: number | null;
  /** Is any console connected that could be heard? */
  readonly audible: boolean;
  /** First and latest output that count, by `countsFrom`. */
  readonly firstOutputAtMs: number | null;
  readonly lastOutputAtMs: number | null;
}

export interface Judgement {
  readonly state: PowerState;
  readonly evidence: PowerEvidence;
  /** When time alone may change the judgement; null when it cannot. */
  readonly reviewAtMs: number | null;
}

/** The earliest output that says something about the state after a switch to `commanded`. */
export function countsFrom(commanded: SwitchState | null, sinceAtMs: number): number {
  return sinceAtMs + (commanded === 'off' ? offGraceMs : onGraceMs);
}

/**
 * What the console proves about power. Output proves that a board has power; silence proves nothing, so without
 * output the state stays 'unknown', however long ago it was commanded.
 */
export function judge(facts: CableFacts, nowMs: number): Judgement {
  if (facts.goneAtMs !== null)
    return said('unknown', 'outlet-gone', 'the power cable is unplugged', facts.goneAtMs);
  if (facts.commanded === 'off' && facts.doubt === null) return judgeOff(facts, nowMs);
  if (facts.firstOutputAtMs !== null)
    return said('on', 'console-spoke', spokeText(facts), facts.firstOutputAtMs);
  return said('unknown', 'none', silentText(facts), facts.since.atMs);
}

function judgeOff(facts: CableFacts, nowMs: number): Judgement {
  const { since, firstOutputAtMs, lastOutputAtMs } = facts;
  if (firstOutputAtMs !== null && lastOutputAtMs !== null) {
    const believedAtMs = lastOutputAtMs + contradictedSilenceMs;
    if (nowMs < believedAtMs)
      return said(
        'on',
        'console-contradicts',
        'commanded off, but the console still speaks',
        firstOutputAtMs,
        believedAtMs,
      );
    return said(
      'unknown',
      'console-silent',
      'commanded off; the console spoke on for a while and is silent since',
      lastOutputAtMs,
    );
  }
  if (since.why === 'replug') return said('unknown', 'none', silentText(facts), since.atMs);
  if (!facts.audible)
    return said('unknown', 'none', 'commanded off; no console is connected that could tell', since.atMs);
  const silentAtMs = since.atMs + silenceMs;
  if (nowMs < silentAtMs)
    return said('unknown', 'none', 'commanded off; listening for silence', since.atMs, silentAtMs);
  return said(
    'unknown',
    'console-silent',
    since.why === 'start'
      ? 'commanded off; the console has been silent since Labdeck started'
      : 'the console has been silent since power-off',
    since.atMs,
  );
}

function spokeText({ firstOutputAtMs, since, commanded, doubt }: CableFacts): string {
  const after = duration((firstOutputAtMs ?? since.atMs) - since.atMs);
  if (since.why === 'replug') return `the console spoke ${after} after the power cable was plugged in again`;
  if (since.why === 'start' || commanded === null || doubt !== null) return 'the console speaks';
  return `the console spoke ${after} after power-on`;
}

function silentText({ since, commanded, doubt, audible }: CableFacts): string {
  if (doubt !== null) return `${doubt}: the outlet may be on or off`;
  if (since.why === 'replug') return 'the power cable was unplugged meanwhile: the outlet may be on or off';
  if (commanded === null) return 'nothing was commanded yet, and the cable cannot be asked';
  if (since.why === 'start')
    return `commanded ${commanded} before Labdeck started; nothing has proved it since`;
  return audible
    ? 'commanded on; the console has not spoken yet'
    : 'commanded on; no console is connected that could tell';
}

/** `0.4 s`, `12 s`, `5 min`, `3 h`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 2 * 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

function said(
  state: PowerState,
  kind: PowerEvidence['kind'],
  text: string,
  atMs: number,
  reviewAtMs: number | null = null,
): Judgement {
  return { state, evidence: { kind, text, atMs }, reviewAtMs };
}
