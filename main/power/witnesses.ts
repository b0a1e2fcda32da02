import type { PowerEvidence } from '../contract/index.ts';
import {
  claimOf,
  contradictedSilenceMs,
  deviceGraceUntil,
  flowWatts,
  meterOf,
  ownDeviceLeftAt,
  type PowerFacts,
  silenceMs,
} from './powerFacts.ts';

/** What each of them has to say since the last command; null: nothing. */
export interface Witnesses {
  /** The outlet's port left. */
  readonly gone: PowerEvidence | null;
  readonly banner: PowerEvidence | null;
  readonly output: PowerEvidence | null;
  readonly silence: PowerEvidence | null;
  readonly device: PowerEvidence | null;
  /** The board's own device in a socket that is fed all the time. */
  readonly ownDevice: PowerEvidence | null;
  readonly meter: PowerEvidence | null;
  readonly readBack: PowerEvidence | null;
}

export function witnessesOf(facts: PowerFacts, nowMs: number): Witnesses {
  const isOff = claimOf(facts) === 'off';
  const { goneAtMs, banner, firstOutputAtMs } = facts;
  return {
    gone: goneAtMs === null ? null : saw('outlet-gone', 'the power cable is unplugged', goneAtMs),
    banner:
      banner === null || isOff
        ? null
        : saw('boot-banner', `a boot began${after(facts, banner.atMs)}: ${banner.text}`, banner.atMs),
    output: firstOutputAtMs === null ? null : outputSaid(facts, firstOutputAtMs, isOff),
    silence: isOff ? silenceSaid(facts, nowMs) : null,
    device: deviceSaid(facts, isOff, nowMs),
    ownDevice: ownDeviceSaid(facts, isOff),
    meter: meterSaid(facts, isOff),
    readBack: readBackSaid(facts),
  };
}

function outputSaid(facts: PowerFacts, atMs: number, isOff: boolean): PowerEvidence {
  if (isOff) return saw('console-contradicts', `${offWords(facts)}, but the console still speaks`, atMs);
  return saw('console-spoke', spokeText(facts, atMs), atMs);
}

function silenceSaid(facts: PowerFacts, nowMs: number): PowerEvidence | null {
  const { since, lastOutputAtMs, audible, readBack } = facts;
  if (lastOutputAtMs !== null)
    return nowMs < lastOutputAtMs + contradictedSilenceMs
      ? null
      : saw(
          'console-silent',
          `${offWords(facts)}; the console spoke on for a while and is silent since`,
          lastOutputAtMs,
        );
  if (!audible || since.why === 'replug' || nowMs < since.atMs + silenceMs) return null;
  if (since.why === 'switch')
    return saw('console-silent', 'the console has been silent since power-off', since.atMs);
  const sinceWhen = since.why === 'start' ? 'since Labdeck started' : 'since the outlet went off by itself';
  const what = readBack ? 'the' : 'commanded off; the';
  return saw('console-silent', `${what} console has been silent ${sinceWhen}`, since.atMs);
}

/** Only where the socket itself is switched: a device that hangs elsewhere is fed from elsewhere. */
function deviceSaid(facts: PowerFacts, isOff: boolean, nowMs: number): PowerEvidence | null {
  const { device, since } = facts;
  if (device === null) return null;
  if (!isOff) {
    // What has been there all along says nothing new.
    if (!device.there || device.atMs < since.atMs) return null;
    return saw('device-there', `its USB device came${after(facts, device.atMs)}`, device.atMs);
  }
  if (device.there)
    return nowMs < deviceGraceUntil(facts)
      ? null
      : saw('device-there', `${offWords(facts)}, but its USB device is still there`, since.atMs);
  if (device.atMs < since.atMs) return null;
  return saw('device-gone', 'its USB device left at power-off; that alone proves no power cut', device.atMs);
}

/** One that stays may be fed by its socket: that says nothing. */
function ownDeviceSaid(facts: PowerFacts, isOff: boolean): PowerEvidence | null {
  if (isOff) {
    const leftAtMs = ownDeviceLeftAt(facts);
    return leftAtMs === null ? null : saw('device-gone', 'its USB device left at power-off', leftAtMs);
  }
  const cameAtMs = facts.ownDevice?.cameAtMs ?? null;
  return cameAtMs === null
    ? null
    : saw('device-there', `its USB device came${after(facts, cameAtMs)}`, cameAtMs);
}

function meterSaid(facts: PowerFacts, isOff: boolean): PowerEvidence | null {
  const meter = meterOf(facts);
  if (meter === null) return null;
  const flows = meter.watts > flowWatts;
  const watts = `${meter.watts.toFixed(1)} W`;
  if (!isOff) return saw('meter', flows ? 'power flows' : `hardly any power flows (${watts})`, meter.atMs);
  return saw('meter', flows ? `${offWords(facts)}, but ${watts} flow` : 'no power flows', meter.atMs);
}

function readBackSaid({ readBack, commanded, repeatsCommand, verdict }: PowerFacts): PowerEvidence | null {
  if (readBack === null || readBack.state === 'unknown') return null;
  const against = commanded !== null && commanded !== readBack.state ? ', against the command' : '';
  const proof =
    repeatsCommand && readBack.state === 'off' && verdict === null
      ? '; only the power-truth test shows whether that is so'
      : '';
  return saw('read-back', `the outlet says it is ${readBack.state}${against}${proof}`, readBack.atMs);
}

/** `the outlet says off`, or for one that cannot speak `commanded off`. */
function offWords({ readBack }: PowerFacts): string {
  return readBack?.state === 'off' ? 'the outlet says off' : 'commanded off';
}

/** While nothing more is known of one that should be off. */
export function watchWords(facts: PowerFacts): string {
  const { since, audible } = facts;
  if (since.why === 'replug') return silentText(facts);
  return audible
    ? 'commanded off; listening for silence'
    : 'commanded off; no console is connected that could tell';
}

function spokeText({ since, commanded, doubt }: PowerFacts, atMs: number): string {
  const later = duration(atMs - since.atMs);
  if (since.why === 'replug') return `the console spoke ${later} after the power cable was plugged in again`;
  if (since.why !== 'switch' || commanded === null || doubt !== null) return 'the console speaks';
  return `the console spoke ${later} after power-on`;
}

/** ` 0.4 s after power-on`, where it was switched on. */
function after({ since, commanded }: PowerFacts, atMs: number): string {
  return since.why === 'switch' && commanded === 'on' ? ` ${duration(atMs - since.atMs)} after power-on` : '';
}

/** Why nothing is known of one that is not off. */
export function silentText({ since, commanded, doubt, audible, readBack }: PowerFacts): string {
  if (doubt !== null) return `${doubt}: the outlet may be on or off`;
  if (since.why === 'replug') return 'the power cable was unplugged meanwhile: the outlet may be on or off';
  if (readBack) return 'the outlet did not answer';
  if (commanded === null) return 'nothing was commanded yet, and the outlet cannot be asked';
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

function saw(kind: PowerEvidence['kind'], text: string, atMs: number): PowerEvidence {
  return { kind, text, atMs };
}
