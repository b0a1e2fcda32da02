import '../../lib/zodWithoutEval.ts';
import type { Instance, InstancePatch } from '../../../main/contract/index.ts';
import { instancePatch } from '../../../main/contract/instances.ts';
import type { FieldErrors } from '../boards/boardForm.ts';
import { fieldErrors } from './fieldErrors.ts';
import { type PolicyDraft, policyDraft, toPolicy } from './installDraft.ts';
import { bytesOfMib, mibText, numberIn } from './usageText.ts';

/** What of an instance can be changed, as typed. */
export interface SettingsDraft {
  readonly name: string;
  readonly port: string;
  readonly memoryMib: string;
  readonly lean: boolean;
  readonly autostart: boolean;
  readonly policy: PolicyDraft;
}

export function settingsDraft(instance: Instance): SettingsDraft {
  return {
    name: instance.name,
    port: String(instance.port),
    memoryMib: mibText(instance.memoryLimitBytes),
    lean: instance.lean,
    autostart: instance.autostart,
    policy: policyDraft(instance.backup),
  };
}

/** Only what differs; null: nothing does. */
export function toPatch(draft: SettingsDraft, instance: Instance): InstancePatch | null {
  const now = settingsDraft(instance);
  const patch: InstancePatch = {
    ...(draft.name.trim() === now.name ? {} : { rename: draft.name.trim() as Instance['name'] }),
    ...(draft.port.trim() === now.port ? {} : { port: numberIn(draft.port) }),
    ...(draft.memoryMib.trim() === now.memoryMib ? {} : { memoryLimitBytes: bytesOfMib(draft.memoryMib) }),
    ...(draft.lean === now.lean ? {} : { lean: draft.lean }),
    ...(draft.autostart === now.autostart ? {} : { autostart: draft.autostart }),
    ...(samePolicy(draft.policy, now.policy) ? {} : { backup: toPolicy(draft.policy) }),
  };
  return Object.keys(patch).length === 0 ? null : patch;
}

export function checkPatch(patch: InstancePatch, takenNames: readonly string[]): FieldErrors {
  const errors = fieldErrors(instancePatch, patch);
  if (patch.rename !== undefined && takenNames.includes(patch.rename))
    return { ...errors, rename: 'another instance has this name' };
  return errors;
}

/** True where a running instance has to be started again for it. */
export function needsRestart(patch: InstancePatch): boolean {
  return ['rename', 'port', 'memoryLimitBytes', 'lean'].some((field) => field in patch);
}

function samePolicy(a: PolicyDraft, b: PolicyDraft): boolean {
  return (
    a.everyHours.trim() === b.everyHours && a.keep.trim() === b.keep && a.maxAgeDays.trim() === b.maxAgeDays
  );
}
