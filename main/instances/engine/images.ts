import { LabError } from '../../contract/index.ts';
import { buildAliasPattern } from './buildAlias.ts';
import type { ImageInfo, Labels, RunOptions } from './engine.ts';
import { deadlines, type EngineCli } from './engineCli.ts';
import { bareId, inspectedImages, toImageInfo } from './engineJson.ts';
import { inspectAll, labelFilter, words } from './objects.ts';

export async function listImages(cli: EngineCli, filters: readonly string[]): Promise<ImageInfo[]> {
  const ids = await cli.must(['image', 'ls', '--quiet', '--no-trunc', ...filters], {
    timeoutMs: deadlines.list,
  });
  return inspectImages(cli, words(ids));
}

export async function findImage(cli: EngineCli, reference: string): Promise<ImageInfo | null> {
  return (await inspectImages(cli, [reference]))[0] ?? null;
}

async function inspectImages(cli: EngineCli, names: readonly string[]): Promise<ImageInfo[]> {
  const images = (await inspectAll(cli, 'image', names, inspectedImages)).map(toImageInfo);
  // The names a build gives its base for as long as it runs are nobody's business.
  return images.map((image) => ({
    ...image,
    references: image.references.filter((reference) => !buildAliasPattern.test(reference)),
  }));
}

export async function pullImage(cli: EngineCli, reference: string, run: RunOptions): Promise<string> {
  await cli.mustTethered(['pull', reference], { timeoutMs: deadlines.pull, ...run });
  const image = await findImage(cli, reference);
  if (image) return image.imageId;
  throw new LabError('NOT_FOUND', `${reference} was pulled, but is not there`, { hint: 'Pull it again.' });
}

/** Of a tar file with a root file system. An image that had the reference before goes, unless it is in use. */
export async function importImage(
  cli: EngineCli,
  input: { tarFile: string; reference: string; labels: Labels },
  run: RunOptions,
): Promise<string> {
  const before = await findImage(cli, input.reference);
  const changes = Object.entries(input.labels).flatMap(([name, value]) => [
    '--change',
    labelLine(name, value),
  ]);
  const args = ['import', ...changes, input.tarFile, input.reference];
  await cli.mustTethered(args, { timeoutMs: deadlines.import, ...run });
  const image = await findImage(cli, input.reference);
  if (!image) throw new LabError('COMMAND_FAILED', `${input.reference} was made, but is not there`);
  await dropReplaced(cli, before, image.imageId);
  return image.imageId;
}

/** Names an image; what had the name before goes, unless it is in use or has another name. */
export async function nameImage(cli: EngineCli, imageId: string, reference: string): Promise<void> {
  const before = await findImage(cli, reference);
  await cli.must(['tag', imageId, reference], { timeoutMs: deadlines.list });
  await dropReplaced(cli, before, imageId);
}

async function dropReplaced(cli: EngineCli, before: ImageInfo | null, imageId: string): Promise<void> {
  if (!before || before.imageId === imageId || before.references.length > 1) return;
  await removeImage(cli, before.imageId).catch((error: unknown) => {
    if (!(error instanceof LabError) || error.code !== 'CONFLICT') throw error;
  });
}

/**
 * Removes an image by all of its names, and with it the untagged images below it (both engines do). Never with
 * `--force`: podman would remove the containers, too.
 */
export async function removeImage(cli: EngineCli, imageId: string): Promise<void> {
  const image = await findImage(cli, imageId);
  if (!image) return;
  const users = await cli.must(['ps', '--all', '--no-trunc', '--quiet', '--filter', `ancestor=${imageId}`], {
    timeoutMs: deadlines.list,
  });
  // Asked before the first name goes: an image in use would be left behind without one.
  if (await usedByAny(cli, words(users), imageId))
    throw new LabError('CONFLICT', 'The image is used by a container', {
      hint: 'Remove the instances made from it first.',
    });
  const names = image.references.length > 0 ? image.references : [imageId];
  await cli.must(['rmi', ...names], { timeoutMs: deadlines.remove }).catch((error: unknown) => {
    if (!(error instanceof LabError) || error.code !== 'NOT_FOUND') throw error;
  });
}

/** Docker's filter also finds the containers of images built on this one. */
async function usedByAny(cli: EngineCli, containers: readonly string[], imageId: string): Promise<boolean> {
  if (containers.length === 0) return false;
  const args = ['container', 'inspect', '--format', '{{.Image}}', ...containers];
  const { stdout } = await cli.run(args, { timeoutMs: deadlines.list });
  return words(stdout).some((used) => bareId(used) === bareId(imageId));
}

/** As a line of a Containerfile, whose quoting the engines do not agree about. */
function labelLine(name: string, value: string): string {
  if (/^[\w.-]+$/.test(name) && /^[^"\\$\p{Cc}]*$/u.test(value)) return `LABEL "${name}"="${value}"`;
  throw new LabError('BAD_REQUEST', `"${name}" cannot be a label of an imported image`, {
    hint: 'Do without quotes, backslashes, dollar signs and line breaks.',
  });
}

/** Untagged images with the label that no container uses. */
export async function removeDangling(cli: EngineCli, label: string): Promise<void> {
  for (const image of await listImages(cli, ['--filter', 'dangling=true', ...labelFilter(label)])) {
    await removeImage(cli, image.imageId).catch((error: unknown) => {
      if (!(error instanceof LabError) || error.code !== 'CONFLICT') throw error;
    });
  }
}
