import type { TeachRole, TeachSession } from '../contract/index.ts';

const cables: Readonly<Record<TeachRole, string>> = {
  console: "the board's console cable",
  cable: 'the USB end of the power cable',
  socket: "the board's own USB cable, at its hub",
};

/** What to do now, in one sentence, behind what else happened. */
export function askFor(now: {
  readonly step: TeachSession['step'];
  readonly role: TeachRole | null;
  /** What was pulled. */
  readonly gone: readonly string[];
  readonly candidates: number;
  readonly found: number;
  /** Whether there is anything to pull. */
  readonly anything: boolean;
  readonly news: string | null;
}): string {
  const ask = sentence(now);
  return now.news === null ? ask : `${now.news} ${ask}`;
}

function sentence({ step, role, gone, candidates, found, anything }: Parameters<typeof askFor>[0]): string {
  const cable = cables[role ?? 'console'];
  switch (step) {
    case 'ready':
      return found === 0
        ? 'Choose what to teach: a console, the power cable or the hub socket.'
        : 'Teach the next one, or finish.';
    case 'pull':
      return anything
        ? `Unplug ${cable} now.`
        : `Nothing is plugged in that could be this: plug in ${cable}, then unplug it again.`;
    case 'plug':
      return gone.length === 1
        ? `${gone[0]} is gone: plug it back in, where it is to stay.`
        : `${gone.length} went at once: plug back in what you pulled, where it is to stay.`;
    case 'choose':
      return `${candidates} came back: choose which of them is meant.`;
  }
}
