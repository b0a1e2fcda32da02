import type { PowerPolicy } from '../../../main/contract/index.ts';

export const atQuitChoices: readonly { readonly value: PowerPolicy['atQuit']; readonly label: string }[] = [
  { value: 'leave', label: 'Leave as it is' },
  { value: 'off', label: 'Switch off' },
];

export const afterRebootChoices: readonly {
  readonly value: PowerPolicy['afterReboot'];
  readonly label: string;
}[] = [
  { value: 'leave', label: 'Leave as it is' },
  { value: 'restore', label: 'As it was last told' },
  { value: 'on', label: 'Switch on' },
  { value: 'off', label: 'Switch off' },
];

/** What is not as usual about how a board is switched, a line each; the off-time always. */
export function policyLines(policy: PowerPolicy): string[] {
  const seconds = (ms: number) => `${ms / 1000} s`;
  const { minOffMs, rampMs, idleOffMinutes, nameplateWatts } = policy;
  const lines = [`A power cycle is ${seconds(policy.cycleOffMs)} without power`];
  if (minOffMs > 0) lines.push(`Stays off for ${seconds(minOffMs)} at least`);
  if (rampMs > 0) lines.push(`The next board waits ${seconds(rampMs)} for its ramp`);
  lines.push(
    idleOffMinutes === null ? 'Never off for being idle' : `Off after ${idleText(idleOffMinutes)} idle`,
  );
  if (policy.atQuit === 'off') lines.push('Off when Labdeck quits');
  if (policy.afterReboot === 'restore') lines.push('As before after the computer starts');
  else if (policy.afterReboot !== 'leave')
    lines.push(`${capital(policy.afterReboot)} after the computer starts`);
  if (nameplateWatts !== null) lines.push(`Takes ${nameplateWatts} W by its nameplate`);
  return lines;
}

function idleText(minutes: number): string {
  if (minutes % 1440 === 0) return minutes === 1440 ? '1 day' : `${minutes / 1440} days`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
