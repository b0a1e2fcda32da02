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
  const proof = seen.banner ?? seen.output ?? (facts.device?.there ? seen.device : null) ?? seen.ownDevice;
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
  // Its socket kept its supply, so it went down by itself: a reset or a pulled plug does that too, but both at once with
  // a console that fell silent is the board.
  if (seen.ownDevice && seen.silence) {
    const text = `${seen.ownDevice.text}, and the console has been silent since`;
    return ['off', { ...seen.ownDevice, text }];
  }
  if (seen.readBack && provesOff(facts)) return ['off', seen.readBack];
  // It ran, a proven outlet took the command, and it fell silent or its device left.
  const end = seen.ownDevice ?? (facts.wasOn && since.why === 'switch' ? seen.silence : null);
  if (verdict === 'real' && end) {
    const text = `${end.text}, and this outlet was proven to cut the power`;
    return ['off', { ...end, text }];
  }
  const hint = seen.silence ?? seen.ownDevice ?? seen.device ?? seen.readBack;
  return ['unknown', hint ?? nothing(facts, watchWords(facts))];
}

/** A hub repeats what it was told, whether the 5 V are gone or not. */
function provesOff({ readBack, repeatsCommand, verdict }: PowerFacts): boolean {
  if (readBack?.state !== 'off') return false;
  return !repeatsCommand || verdict === 'real' || verdict === 'ganged';
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
