import { instanceSource } from '../../../main/contract/instanceSources.ts';
import type { InstallDraft, PolicyDraft } from './installDraft.ts';
import type { SourceDraft } from './sourceDraft.ts';
import { toSource } from './sourceDraft.ts';
import { sourceTitle } from './sourceWords.ts';

/** What the folded sections of the wizard say of themselves. */
export function sourceText(draft: SourceDraft): string {
  const { success, data } = instanceSource.safeParse(toSource(draft));
  return success ? sourceTitle(data) : unfinished[draft.kind];
}

const unfinished: Readonly<Record<SourceDraft['kind'], string>> = {
  package: 'a package',
  tarball: 'a tarball',
  branch: 'a branch',
  image: 'an image',
};

export function includeText({ worker, qemu }: Pick<InstallDraft, 'worker' | 'qemu'>): string {
  if (worker && qemu) return 'a worker and a QEMU device';
  if (worker) return 'a worker';
  return qemu ? 'a QEMU device' : 'the server alone';
}

export function resourcesText({ memoryMib, lean }: Pick<InstallDraft, 'memoryMib' | 'lean'>): string {
  const limit = memoryMib.trim() === '' ? 'no memory limit' : `at most ${memoryMib.trim()} MiB`;
  return lean ? `${limit}, lean` : limit;
}

export function policyText({ everyHours, keep }: PolicyDraft): string {
  const hours = everyHours.trim();
  if (hours === '') return 'only by hand';
  return `every ${hours === '1' ? 'hour' : `${hours} hours`}, the last ${keep.trim()} are kept`;
}
