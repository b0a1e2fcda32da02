import type { DebianSuite } from '../../contract/instanceSources.ts';
import { LabError } from '../../contract/labError.ts';
import type { ContainerEngine } from '../engine/engine.ts';
import { baseIdentity } from './bases.ts';
import { requireEngineSpace } from './diskSpace.ts';
import { expected } from './estimates.ts';
import { readHostApt } from './hostApt.ts';
import { type ImageParts, isStale, measured } from './imageParts.ts';
import type { OwnImage } from './imageShelf.ts';
import { identityOf } from './recipe.ts';
import type { BuildListener } from './sharedWork.ts';

export interface PackageImage {
  readonly suite: DebianSuite;
  readonly qemu: boolean;
}

export async function packageIdentity(parts: ImageParts, { suite, qemu }: PackageImage): Promise<string> {
  return identityOf('package', await parts.recipe(), suite, qemu ? 'qemu' : '');
}

/** LAVA from Debian's packages: a base of the suite and the recipe on it. */
export async function ensurePackageImage(
  parts: ImageParts,
  engine: ContainerEngine,
  wanted: PackageImage,
  options: { readonly refresh: boolean; readonly listener: BuildListener },
): Promise<string> {
  const identity = await packageIdentity(parts, wanted);
  const there = await parts.shelf.newest(engine, 'instance', identity);
  if (there && !options.refresh) return there.imageId;
  return parts.shared.run(identity, options.listener, async (listener) => {
    listener.onStep('base');
    const base = await ensureBase(parts, engine, wanted.suite, { refresh: options.refresh, listener });
    if (there && !(await isOutdated(parts, engine, wanted.suite, there, base, listener))) {
      listener.onLine('Debian has nothing newer.');
      return there.imageId;
    }
    listener.onStep('image');
    const kind = wanted.qemu ? 'package-qemu' : 'package';
    const { bytes } = await expected(parts.memory, kind, wanted.suite);
    // The layer is in the working container and in the image for a while.
    await requireEngineSpace(engine, bytes * 2, 'Building the image');
    const labels = {
      labId: parts.labId(),
      role: 'instance',
      identity,
      title: `LAVA from Debian ${wanted.suite}${wanted.qemu ? ', with QEMU' : ''}`,
      parent: base,
      ownsParent: false,
    } as const;
    const size = (imageId: string) => ownBytes(parts, engine, imageId);
    return measured(parts, { kind, suite: wanted.suite, bytes: size }, () =>
      parts.builder.recipe(engine, { base, labels, listener }, wanted.qemu),
    );
  });
}

export async function ensureBase(
  parts: ImageParts,
  engine: ContainerEngine,
  suite: DebianSuite,
  options: { readonly refresh: boolean; readonly listener: BuildListener },
): Promise<string> {
  const identity = baseIdentity(suite);
  const there = await parts.shelf.newest(engine, 'base', identity);
  if (there && !(options.refresh && isStale(there.createdAtMs, parts.clock))) return there.imageId;
  return parts.shared.run(identity, options.listener, (listener) =>
    measured(
      parts,
      { kind: 'base', suite, bytes: (imageId) => ownBytes(parts, engine, imageId) },
      async () => ({
        imageId: await parts.bases.make(engine, suite, listener),
        facts: null,
      }),
    ),
  );
}

export async function ownBytes(parts: ImageParts, engine: ContainerEngine, imageId: string): Promise<number> {
  const image = (await parts.shelf.list(engine)).find((one) => one.imageId === imageId);
  return image?.ownBytes ?? 0;
}

/** Whether Debian has another LAVA than the image, or the image is so old that other packages will have changed. */
async function isOutdated(
  parts: ImageParts,
  engine: ContainerEngine,
  suite: DebianSuite,
  image: OwnImage,
  base: string,
  listener: BuildListener,
): Promise<boolean> {
  if (isStale(image.createdAtMs, parts.clock)) return true;
  const facts = await parts.memory.facts(image.imageId);
  const has = facts?.packageVersion ?? null;
  listener.onLine(`Looking for a newer LAVA in Debian ${suite} (the image has ${has ?? 'an unknown one'})`);
  const { settings } = await readHostApt();
  const options = settings.map((line) => `-o ${quoted(line.replace(/^(\S+) "(.*)";$/, '$1=$2'))}`).join(' ');
  const script = [
    `apt-get ${options} update -q >&2`,
    "apt-cache show --no-all-versions lava-server | sed -n 's/^Version: //p'",
    'rm -rf /var/lib/apt/lists/*',
  ].join(' && ');
  const said = await parts.builder.peek(engine, base, parts.labId(), script, listener.signal);
  const candidate = said.at(-1)?.trim();
  if (candidate === undefined || !/^\d/.test(candidate))
    throw new LabError('COMMAND_FAILED', `Debian ${suite} could not be asked for its LAVA`, {
      hint: 'Its archive may be out of reach; try again later.',
      details: { said: said.slice(-20) },
    });
  listener.onLine(`Debian ${suite} has ${candidate}`);
  return candidate !== has;
}

/** For the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
