import { LabError } from '../../contract/index.ts';
import type { Labels, VolumeInfo } from './engine.ts';
import { deadlines, type EngineCli } from './engineCli.ts';
import { inspectedVolumes, toVolumeInfo } from './engineJson.ts';
import { inspectAll, labelArgs, labelFilter, words } from './objects.ts';

export async function listVolumes(cli: EngineCli, label: string): Promise<VolumeInfo[]> {
  const names = await cli.must(['volume', 'ls', '--quiet', ...labelFilter(label)], {
    timeoutMs: deadlines.list,
  });
  return (await inspectAll(cli, 'volume', words(names), inspectedVolumes)).map(toVolumeInfo);
}

/** CONFLICT when the name is taken. */
export async function createVolume(cli: EngineCli, name: string, labels: Labels): Promise<void> {
  // Docker answers "done" where there is one already, whoever made it.
  const [taken] = await inspectAll(cli, 'volume', [name], inspectedVolumes);
  if (taken)
    throw new LabError('CONFLICT', `There is a volume ${name} already`, { hint: 'Choose another name.' });
  await cli.must(['volume', 'create', ...labelArgs(labels), name], { timeoutMs: deadlines.list });
}

export async function removeVolume(cli: EngineCli, name: string): Promise<void> {
  await cli.must(['volume', 'rm', name], { timeoutMs: deadlines.remove }).catch((error: unknown) => {
    if (!(error instanceof LabError) || error.code !== 'NOT_FOUND') throw error;
  });
}
