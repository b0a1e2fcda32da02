import type { BenchState } from '../../lib/stores/bench.ts';
import { consoleWord } from '../console/consoleWords.ts';
import { leaseStanding, leaseText } from '../console/leaseWords.ts';

/** The consoles a key would not reach, as `id: why`. */
export function missedBy(
  consoleIds: readonly string[],
  { consoles, me }: Pick<BenchState, 'consoles' | 'me'>,
): string[] {
  return consoleIds.flatMap((consoleId) => {
    const info = consoles[consoleId];
    if (info === undefined) return [`${consoleId}: gone`];
    if (info.state !== 'open') return [`${consoleId}: ${consoleWord[info.state].toLowerCase()}`];
    if (info.lease !== null && leaseStanding(info.lease, me) === 'theirs') {
      return [`${consoleId}: ${leaseText(info.lease)}`];
    }
    return [];
  });
}
