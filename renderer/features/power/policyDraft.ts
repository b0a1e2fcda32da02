import '../../lib/zodWithoutEval.ts';
import type { PowerPolicy } from '../../../main/contract/index.ts';
import { powerPolicy } from '../../../main/contract/powerPolicy.ts';
import type { Checked, FieldErrors } from '../boards/boardForm.ts';

/** A power policy as it is typed: seconds, and texts that may be no number. */
export interface PolicyDraft {
  readonly cycleOffS: string;
  readonly minOffS: string;
  readonly rampS: string;
  /** Empty: never. */
  readonly idleOffMinutes: string;
  readonly atQuit: PowerPolicy['atQuit'];
  readonly afterReboot: PowerPolicy['afterReboot'];
  /** Empty: not known. */
  readonly nameplateWatts: string;
}

export function policyDraft(policy: PowerPolicy): PolicyDraft {
  return {
    cycleOffS: String(policy.cycleOffMs / 1000),
    minOffS: String(policy.minOffMs / 1000),
    rampS: String(policy.rampMs / 1000),
    idleOffMinutes: policy.idleOffMinutes === null ? '' : String(policy.idleOffMinutes),
    atQuit: policy.atQuit,
    afterReboot: policy.afterReboot,
    nameplateWatts: policy.nameplateWatts === null ? '' : String(policy.nameplateWatts),
  };
}

/** What the fields mean, or what is wrong, by field of the draft. */
export function checkPolicy(draft: PolicyDraft): Checked<PowerPolicy> {
  const errors: Record<string, string> = {};
  for (const field of ['cycleOffS', 'minOffS', 'rampS'] as const) {
    const seconds = numberOf(draft[field]);
    if (!(seconds >= 0 && seconds <= 60)) errors[field] = 'give seconds, 0 to 60';
  }
  const minutes = numberOrNull(draft.idleOffMinutes);
  if (minutes !== null && !(Number.isInteger(minutes) && minutes >= 1 && minutes <= 10_080))
    errors.idleOffMinutes = 'give whole minutes, 1 to 10080 (a week), or nothing';
  const watts = numberOrNull(draft.nameplateWatts);
  if (watts !== null && !(watts > 0 && watts <= 10_000))
    errors.nameplateWatts = 'give watts, more than 0 and at most 10000, or nothing';
  if (Object.keys(errors).length > 0) return { ok: false, errors: errors satisfies FieldErrors };
  // The contract has the last word.
  const result = powerPolicy.safeParse({
    cycleOffMs: Math.round(numberOf(draft.cycleOffS) * 1000),
    minOffMs: Math.round(numberOf(draft.minOffS) * 1000),
    rampMs: Math.round(numberOf(draft.rampS) * 1000),
    idleOffMinutes: minutes,
    atQuit: draft.atQuit,
    afterReboot: draft.afterReboot,
    nameplateWatts: watts,
  });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, errors: { '': result.error.issues[0]?.message ?? 'this is no power policy' } };
}

/** `NaN` for what is no number; a comma is a point, as half the world writes it. */
function numberOf(text: string): number {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,6}(\.\d{1,6})?$/.test(plain) ? Number(plain) : Number.NaN;
}

function numberOrNull(text: string): number | null {
  return text.trim() === '' ? null : numberOf(text);
}
