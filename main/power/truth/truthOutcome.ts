import type { PowerVerdict } from '../../contract/index.ts';
import { names } from '../consequences.ts';
import { flowWatts } from '../powerFacts.ts';
import { type TruthFacts, whatWasSeen } from './truthFacts.ts';

type Finding = Pick<PowerVerdict, 'outcome' | 'text'>;

/**
 * What a power-truth test says of its outlet. Only what the board's power causes counts: that an adapter or a hub's
 * device leaves is what an outlet that lies does, too. A board that resets when its port is opened (as an Arduino
 * does on DTR) boots although its power stayed, which nothing here can tell from a real cut.
 */
export function judgeTruth(facts: TruthFacts): PowerVerdict {
  const own = lieOf(facts) ?? realOf(facts);
  const others = [...new Set(facts.others.map(({ boardId }) => boardId))];
  const finding = withOthers(own, others) ?? { outcome: 'unknown' as const, text: whyUnknown(facts) };
  return { ...finding, atMs: facts.endAtMs, seen: whatWasSeen(facts), others };
}

function lieOf(facts: TruthFacts): Finding | null {
  const { off, on, clock } = facts;
  const lies = (why: string): Finding => ({ outcome: 'lies', text: `Its power stayed: ${why}.` });
  if (clock?.what === 'went-on')
    return lies(`the board's own time ran on over the power-off (${clock.text})`);
  if (off.watts !== null && off.watts > flowWatts)
    return lies(`${off.watts.toFixed(1)} W flowed while it was off`);
  if (off.device === 'stayed') return lies('its USB device stayed through the power-off');
  const booted = on.banner !== null || clock?.what === 'began-anew';
  if (off.lastOutputAtMs !== null && !fellSilent(facts)) return lies('the console spoke on while it was off');
  // Silent only since its line was away: it goes on where it was.
  const wasHeard = facts.heardBeforeAtMs !== null;
  if (on.firstOutputAtMs !== null && !booted && facts.isKnownToBoot && wasHeard)
    return lies('the console spoke after power-on without a boot, though this board prints one');
  return null;
}

function realOf(facts: TruthFacts): Finding | null {
  const { off, on, clock } = facts;
  const dark = off.watts !== null && off.watts <= flowWatts;
  const went = dark || off.device === 'left' || (off.audible && fellSilent(facts));
  const rose = dark && on.watts !== null && on.watts > flowWatts;
  const began = clock?.what === 'began-anew';
  if (!went || !(on.banner || began || rose)) return null;
  const before = dark
    ? 'no power flowed while it was off'
    : off.audible
      ? 'it was silent while it was off'
      : 'its USB device left';
  const after = on.banner
    ? 'it booted after power-on'
    : began
      ? 'its own time began anew'
      : 'power flowed again';
  return { outcome: 'real', text: `Its power was cut: ${before}, and ${after}.` };
}

function withOthers(own: Finding | null, others: readonly string[]): Finding | null {
  if (others.length === 0 || own?.outcome === 'lies') return own;
  const too = `With it ${names(others)} lost power.`;
  return { outcome: 'ganged', text: own ? `${own.text} ${too}` : too };
}

/** Nothing was heard in the second half of the off-time: what came before it ran on its capacitors. */
function fellSilent({ off, offAtMs, onAtMs }: TruthFacts): boolean {
  return off.lastOutputAtMs === null || off.lastOutputAtMs < offAtMs + (onAtMs - offAtMs) / 2;
}

function whyUnknown({ off, on, heardBeforeAtMs }: TruthFacts): string {
  if (!off.audible && !on.audible && off.device === 'left')
    return 'Its USB device left, which a reset or a hub that lies does too, and no console of this board is connected. Bind a console, or use an outlet with a meter.';
  if (!off.audible && !on.audible)
    return 'Nothing could be seen: no console of this board is connected, and the outlet has no meter. Bind a console, or use an outlet with a meter.';
  if (on.firstOutputAtMs !== null)
    return 'It spoke after power-on, but nothing in that says whether it booted. Leave something running that prints its uptime, and test again.';
  if (heardBeforeAtMs === null)
    return 'The board was silent before and after. Leave something running that prints, or use an outlet with a meter, and test again.';
  return 'The board fell silent and showed no boot. It may boot more slowly than the test waited, or its outlet did not come back on: type something into its console.';
}
