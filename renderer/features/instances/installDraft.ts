import '../../lib/zodWithoutEval.ts';
import { z } from 'zod';
import type { BackupPolicy, NewInstance, NewInstanceInput } from '../../../main/contract/index.ts';
import { instanceSource } from '../../../main/contract/instanceSources.ts';
import { newInstance } from '../../../main/contract/instances.ts';
import type { FieldErrors } from '../boards/boardForm.ts';
import { fieldErrors } from './fieldErrors.ts';
import { packageDraft, type SourceDraft, sourceDraft, toSource } from './sourceDraft.ts';
import { bytesOfMib, mibText, numberIn, numberOrNull } from './usageText.ts';

/** When backups are made by themselves, as typed. */
export interface PolicyDraft {
  /** Empty: only by hand. */
  readonly everyHours: string;
  readonly keep: string;
  readonly maxAgeDays: string;
}

/** Every answer of the wizard, as it stands in its fields. */
export interface InstallDraft {
  readonly name: string;
  readonly source: SourceDraft;
  readonly worker: boolean;
  readonly qemu: boolean;
  readonly username: string;
  /** null: one is made. */
  readonly password: string | null;
  readonly memoryMib: string;
  readonly lean: boolean;
  readonly port: string;
  readonly autostart: boolean;
  readonly policy: PolicyDraft;
}

export function policyDraft(policy: BackupPolicy): PolicyDraft {
  return {
    everyHours: policy.everyHours === null ? '' : String(policy.everyHours),
    keep: String(policy.keep),
    maxAgeDays: policy.maxAgeDays === null ? '' : String(policy.maxAgeDays),
  };
}

export function toPolicy(draft: PolicyDraft): BackupPolicy {
  return {
    everyHours: numberOrNull(draft.everyHours),
    keep: numberIn(draft.keep),
    maxAgeDays: numberOrNull(draft.maxAgeDays),
  };
}

/** What the wizard opens with. */
export function defaultDraft(name: string): InstallDraft {
  return {
    name,
    source: packageDraft,
    worker: true,
    qemu: false,
    username: 'admin',
    password: null,
    memoryMib: '',
    lean: false,
    port: '',
    autostart: true,
    policy: { everyHours: '', keep: '7', maxAgeDays: '' },
  };
}

/** Answers that came from elsewhere. */
export function draftOf(answers: NewInstance): InstallDraft {
  return {
    name: answers.name,
    source: sourceDraft(answers.source),
    worker: answers.include.worker,
    qemu: answers.include.qemu,
    username: answers.admin.username,
    password: answers.admin.password,
    memoryMib: mibText(answers.memoryLimitBytes),
    lean: answers.lean,
    port: answers.port === null ? '' : String(answers.port),
    autostart: answers.autostart,
    policy: policyDraft(answers.backup),
  };
}

/** The body of POST /instances. */
export function toAnswers(draft: InstallDraft): NewInstanceInput {
  return {
    // The schema brands it; the core checks it again.
    name: draft.name.trim() as NewInstanceInput['name'],
    source: toSource(draft.source),
    include: { worker: draft.worker, qemu: draft.qemu },
    admin: { username: draft.username.trim(), password: draft.password },
    memoryLimitBytes: bytesOfMib(draft.memoryMib),
    lean: draft.lean,
    port: numberOrNull(draft.port),
    autostart: draft.autostart,
    backup: toPolicy(draft.policy),
  };
}

/** Checked by the contract itself, so that the form refuses just what the core would. */
export function checkDraft(draft: InstallDraft, takenNames: readonly string[]): FieldErrors {
  const errors: FieldErrors = {
    ...fieldErrors(newInstance, toAnswers(draft)),
    ...emptyFields(draft.source, 'source'),
  };
  if (takenNames.includes(draft.name.trim())) return { ...errors, name: 'another instance has this name' };
  return errors;
}

/** Fields still empty, which the schema would complain about in its own words. */
export function emptyFields(draft: SourceDraft, at: string): FieldErrors {
  if (draft.kind === 'tarball' && draft.location.trim() === '')
    return { [`${at}.location`]: 'give the path or the address of a release tarball' };
  if (draft.kind === 'image' && draft.reference.trim() === '')
    return { [`${at}.reference`]: 'give the reference of an image' };
  if (draft.kind !== 'branch') return {};
  return {
    ...(draft.repository.trim() === ''
      ? { [`${at}.repository`]: 'give the address or the path of a repository' }
      : {}),
    ...(draft.at !== 'default' && draft.place.trim() === '' ? { [`${at}.at`]: 'say which one' } : {}),
  };
}

/** A source alone, as where an instance is to move to; errors under `source`. */
export function checkSource(draft: SourceDraft): FieldErrors {
  return {
    ...fieldErrors(z.object({ source: instanceSource }), { source: toSource(draft) }),
    ...emptyFields(draft, 'source'),
  };
}
