import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { ResolvedSource } from '../../contract/instanceSources.ts';
import type { ContainerEngine } from '../engine/engine.ts';
import type { TreeSource } from '../sources/index.ts';
import { inBuildFolder } from './buildFolder.ts';
import { requireEngineSpace } from './diskSpace.ts';
import { expected } from './estimates.ts';
import { type ImageParts, isStale, measured } from './imageParts.ts';
import { ensurePackageImage, ownBytes, packageIdentity } from './packageImages.ts';
import { identityOf } from './recipe.ts';
import { type BuildListener, partOf } from './sharedWork.ts';

/** Of the step `base`, what fetching the tree is. */
const fetchShare = 0.3;
/** Of the step `image`, what the packages under the tree are, where they have to be built. */
const packageShare = 0.8;

export async function treeIdentity(
  parts: ImageParts,
  source: TreeSource,
  qemu: boolean,
  content: string,
): Promise<string> {
  return identityOf('tree', await parts.recipe(), source.suite, qemu ? 'qemu' : '', content);
}

/**
 * A tree over the packages of its suite. The tree is fetched and looked at first: what is wrong with it is known in
 * seconds, before minutes are spent on what is under it.
 */
export async function ensureTreeImage(
  parts: ImageParts,
  engine: ContainerEngine,
  source: TreeSource,
  qemu: boolean,
  options: { readonly refresh: boolean; readonly listener: BuildListener },
): Promise<{ imageId: string; resolved: ResolvedSource }> {
  const { signal } = options.listener;
  const found = await parts.reader.resolve(source, { signal });
  const identity = await treeIdentity(parts, source, qemu, found.identity);
  const there = await parts.shelf.newest(engine, 'instance', identity);
  if (there && !options.refresh) return { imageId: there.imageId, resolved: found.resolved };
  let { resolved } = found;
  const imageId = await parts.shared.run(identity, options.listener, async (listener) => {
    listener.onStep('base');
    if (there && !(await isUnderOutdated(parts, engine, source, qemu, there.is.parent))) {
      listener.onLine(`${resolved.title} is there already.`);
      return there.imageId;
    }
    return inBuildFolder(parts.workDir, async (dir) => {
      const fetching = partOf(listener, 0, fetchShare);
      const fetched = await parts.reader.fetch(source, path.join(dir, 'fetched'), fetching);
      // Where it has moved on since it was looked up, what came is what it is.
      resolved = fetched.resolved;
      listener.onProgress(fetchShare);
      listener.onLine(`fetched ${resolved.title}`);
      const base = await ensureUnder(parts, engine, source, qemu, there !== null, listener);
      listener.onStep('image');
      await requireEngineSpace(
        engine,
        (await expected(parts.memory, 'tree', source.suite)).bytes * 2,
        'Building the image',
      );
      const context = path.join(dir, 'context');
      await inContext(context, fetched.tree);
      const version = await fetched.version((await parts.memory.facts(base))?.lavaVersion ?? '0');
      listener.onLine(`its version is ${version}`);
      const labels = {
        labId: parts.labId(),
        role: 'instance',
        identity: await treeIdentity(parts, source, qemu, fetched.identity),
        title: resolved.title,
        parent: base,
        ownsParent: false,
      } as const;
      const size = (made: string) => ownBytes(parts, engine, made);
      return measured(parts, { kind: 'tree', suite: source.suite, bytes: size }, () =>
        parts.builder.tree(
          engine,
          { base, labels, listener: partOf(listener, packageShare, 1) },
          context,
          version,
        ),
      );
    });
  });
  return { imageId, resolved };
}

/** The packages under the tree; their own steps are parts of the tree's. */
function ensureUnder(
  parts: ImageParts,
  engine: ContainerEngine,
  source: TreeSource,
  qemu: boolean,
  refresh: boolean,
  listener: BuildListener,
): Promise<string> {
  let step: 'base' | 'image' = 'base';
  const under: BuildListener = {
    ...listener,
    onStep: (next) => {
      step = next;
      listener.onStep(next);
    },
    onProgress: (share) =>
      listener.onProgress(step === 'base' ? fetchShare + share * (1 - fetchShare) : share * packageShare),
  };
  return ensurePackageImage(parts, engine, { suite: source.suite, qemu }, { refresh, listener: under });
}

/** Whether the same tree would stand on other packages when it was built now. */
async function isUnderOutdated(
  parts: ImageParts,
  engine: ContainerEngine,
  source: TreeSource,
  qemu: boolean,
  parent: string | null,
): Promise<boolean> {
  const identity = await packageIdentity(parts, { suite: source.suite, qemu });
  const newest = await parts.shelf.newest(engine, 'instance', identity);
  return !newest || newest.imageId !== parent || isStale(newest.createdAtMs, parts.clock);
}

async function inContext(context: string, tree: string): Promise<void> {
  await mkdir(context, { mode: 0o755 });
  await rename(tree, path.join(context, 'tree'));
}
