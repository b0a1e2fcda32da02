import type { PowerEvidence, PowerReading, PowerVerdict } from '../../../main/contract/index.ts';
import type { Tone } from '../../ui/StateShape.tsx';

/** Of an outlet: a verdict, or that there is none yet. */
export type Standing = PowerVerdict['outcome'] | 'untested';

export function standingOf(reading: PowerReading | undefined): Standing {
  return reading?.verdict?.outcome ?? 'untested';
}

export const standingWord: Readonly<Record<Standing, string>> = {
  real: 'Real',
  lies: 'Lies',
  ganged: 'Ganged',
  unknown: 'Can’t tell',
  untested: 'Not tested',
};

export const standingTone: Readonly<Record<Standing, Tone>> = {
  real: 'on',
  lies: 'bad',
  ganged: 'unknown',
  unknown: 'unknown',
  untested: 'off',
};

/** What a verdict means for who uses the switch. */
export const standingMeaning: Readonly<Record<Standing, string>> = {
  real: 'This outlet really cuts the power.',
  lies: 'This outlet lies: the port goes, the power stays.',
  ganged: 'This outlet is ganged: other boards lose their power too.',
  unknown: 'The test could not tell whether this outlet cuts the power.',
  untested: 'Nobody has tested yet whether this outlet cuts the power.',
};

/** What a sign says of power, as a shape and a color. */
export const evidenceTone: Readonly<Record<PowerEvidence['kind'], Tone>> = {
  none: 'unknown',
  'read-back': 'info',
  meter: 'info',
  'console-spoke': 'on',
  'boot-banner': 'on',
  'console-silent': 'off',
  'console-contradicts': 'bad',
  'device-gone': 'off',
  'device-there': 'on',
  'outlet-gone': 'bad',
};

/** Where a sign comes from, in a word or two. */
export const evidenceSource: Readonly<Record<PowerEvidence['kind'], string>> = {
  none: 'Nothing',
  'read-back': 'Outlet',
  meter: 'Meter',
  'console-spoke': 'Console',
  'boot-banner': 'Boot',
  'console-silent': 'Console',
  'console-contradicts': 'Console',
  'device-gone': 'USB',
  'device-there': 'USB',
  'outlet-gone': 'Outlet',
};

/** Told one thing, and another is known to be so. */
export function disagrees(reading: PowerReading): boolean {
  const { busy, commanded, known } = reading;
  return !busy && commanded !== null && known !== 'unknown' && commanded !== known;
}

const causes: Readonly<Record<string, string>> = {
  idle: 'because it was idle',
  test: 'by the power-truth test',
  rule: 'by a rule',
  quit: 'as Labdeck quit',
  reboot: 'after the computer started',
};

/** `Switched off by nightly-ci`, without its age; null where nothing was ever commanded. `me`: who this window is. */
export function commandText(reading: PowerReading, me: string | null): string | null {
  const { commanded, commandedBy } = reading;
  if (commanded === null) return null;
  if (commandedBy === null) return `Switched ${commanded}`;
  const by = commandedBy === me || commandedBy === 'you' ? 'by you' : `by ${commandedBy}`;
  return `Switched ${commanded} ${causes[commandedBy] ?? by}`;
}

/** `3.2 W`, `0.41 W`, `118 W`. */
export function wattsText(watts: number): string {
  const digits = Math.abs(watts) < 1 ? 2 : Math.abs(watts) < 100 ? 1 : 0;
  return `${watts.toFixed(digits)} W`;
}

/** `in 12 min`, `in 40 s`, `now`: rounded down, so that it is never promised to stay on longer than it does. */
export function idleOffText(atMs: number, nowMs: number): string {
  const leftMs = atMs - nowMs;
  if (leftMs <= 1000) return 'now';
  if (leftMs < 60_000) return `in ${Math.floor(leftMs / 1000)} s`;
  const minutes = Math.floor(leftMs / 60_000);
  return minutes < 120 ? `in ${minutes} min` : `in ${Math.floor(minutes / 60)} h`;
}

export const outletKindWord: Readonly<Record<string, string>> = {
  'acm-cable': 'ACM power cable',
  'usb-hub-port': 'USB hub port',
  pdudaemon: 'pdudaemon',
  tasmota: 'Tasmota',
  shelly: 'Shelly',
  'home-assistant': 'Home Assistant',
  command: 'Command',
  virtual: 'Virtual outlet',
};

/**
 * From when on what a test saw is counted. That the board was heard before it may be minutes old, and stands first:
 * then the next sign is the test's first.
 */
export function testBeganMs(seen: readonly PowerEvidence[]): number {
  const [first, second] = seen;
  const heardBefore = first?.kind === 'console-spoke' && second !== undefined;
  return (heardBefore ? second : first)?.atMs ?? 0;
}

/** `+0.4 s`, `−12 s`, `−3 min` */
export function offsetText(ms: number): string {
  const seconds = Math.abs(ms) / 1000;
  const sign = ms < 0 ? '−' : '+';
  if (seconds >= 99.5) return `${sign}${Math.round(seconds / 60)} min`;
  return `${sign}${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}
