import type { PowerEvidence, PowerState } from '../contract/index.ts';
import {
  claimOf,
  contradictedSilenceMs,
  deviceGraceUntil,
  flowWatts,
  meterOf,
  type PowerFacts,
  silenceMs,
} from './powerFacts.ts';
import { silentText, type Witnesses, watchWords, witnessesOf } from './witnesses.ts';

export interface Judgement {
  readonly known: PowerState;
  /** What decided it. */
  readonly evidence: PowerEvidence;
  /** All that was seen, newest first. */
  readonly witnesses: readonly PowerEvidence[];
  /** When time alone may change the judgement; null when it cannot. */
  readonly reviewAtMs: number | null;
}

type Decision = readonly [PowerState, PowerEvidence];

/**
 * What is known about power. Output, watts and a device that stays prove that a board has power, whatever its
 * outlet says; silence proves nothing by itself. What an outlet says of `off` is worth nothing once the power-truth
 * test found that it lies. See docs/adr/0015-power-evidence.md.
 */
export function judge(facts: PowerFacts, nowMs: number): Judgement {
  const seen = witnessesOf(facts, nowMs);
  const [known, evidence] = decide(facts, seen, nowMs);
  const witnesses = Object.values(seen)
    .filter((each): each is PowerEvidence => each !== null)
    .sort((a, b) => b.atMs - a.atMs);
  return { known, evidence, witnesses, reviewAtMs: reviewAt(facts, nowMs) };
}

function decide(facts: PowerFacts, seen: Witnesses, nowMs: number): Decision {
  if (seen.gone) return ['unknown', seen.gone];
  const flows = (meterOf(facts)?.watts ?? 0) > flowWatts;
  if (claimOf(facts) === 'off') return decideOff(facts, seen, flows, nowMs);
  const proof = seen.banner ?? seen.output ?? (facts.device?.there ? seen.device : null);
  if (proof) return ['on', proof];
  if (flows && seen.meter) return ['on', seen.meter];
  if (seen.readBack && facts.readBack?.state === 'on') return ['on', seen.readBack];
  return ['unknown', nothing(facts, silentText(facts))];
}

function decideOff(facts: PowerFacts, seen: Witnesses, flows: boolean, nowMs: number): Decision {
  if (flows && seen.meter) return ['on', seen.meter];
  if (facts.device?.there && seen.device) return ['on', seen.device];
  const { lastOutputAtMs, verdict, since } = facts;
  const speaks = lastOutputAtMs !== null && nowMs < lastOutputAtMs + contradictedSilenceMs;
  if (speaks && seen.output) return ['on', seen.output];
  // Of an outlet that lies nothing makes an `off`: the board may be fed from elsewhere, too.
  if (verdict === 'lies') {
    const text = 'the outlet says off, but the power-truth test showed that the power stays';
    return ['unknown', { kind: 'none', text, atMs: since.atMs }];
  }
  if (seen.meter) return ['off', seen.meter];
  if (seen.output) return ['unknown', seen.silence ?? seen.output];
  if (facts.readBack?.state === 'off' && seen.readBack) return ['off', seen.readBack];
  // It ran, a proven outlet took the command, and it fell silent.
  if (verdict === 'real' && facts.wasOn && seen.silence && since.why === 'switch') {
    const text = `${seen.silence.text}, and this outlet was proven to cut the power`;
    return ['off', { ...seen.silence, text }];
  }
  return ['unknown', seen.silence ?? seen.device ?? nothing(facts, watchWords(facts))];
}

function nothing({ since }: PowerFacts, text: string): PowerEvidence {
  return { kind: 'none', text, atMs: since.atMs };
}

function reviewAt(facts: PowerFacts, nowMs: number): number | null {
  if (facts.goneAtMs !== null || claimOf(facts) !== 'off') return null;
  const { since, lastOutputAtMs, audible, device } = facts;
  const due = [
    lastOutputAtMs !== null ? lastOutputAtMs + contradictedSilenceMs : null,
    lastOutputAtMs === null && audible && since.why !== 'replug' ? since.atMs + silenceMs : null,
    device?.there ? deviceGraceUntil(facts) : null,
  ].filter((atMs): atMs is number => atMs !== null && atMs > nowMs);
  return due.length === 0 ? null : Math.min(...due);
}
