import type { Lease } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';

/** The reason somebody gave, to be put behind what they did. */
export function because(why: string): string {
  return why === '' ? '' : `: ${why}`;
}

/** What another hears who wants to type: LabError LEASED with who has the console, and since when. */
export function refusal({ holder, why, sinceMs, kind }: Lease): LabError {
  const doing = kind === 'typing' ? 'is typing' : 'has this console';
  return new LabError('LEASED', `${holder.who} ${doing}${because(why)}`, {
    hint: 'Ask for it, or take it over.',
    details: { holder, sinceMs },
  });
}

/** LabError LEASED for an id that is nobody's any more. */
export function endedLease(): LabError {
  return new LabError('LEASED', 'Your lease has ended, or somebody took the console over', {
    hint: 'Take it again with POST /consoles/{consoleId}/lease.',
  });
}
