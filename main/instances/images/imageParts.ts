import type { Clock } from '../../base/clock.ts';
import type { DebianSuite } from '../../contract/instanceSources.ts';
import type { SourceReader } from '../sources/index.ts';
import type { BaseMaker } from './bases.ts';
import type { Builder, Built } from './builder.ts';
import { type BuildKind, figureKey } from './estimates.ts';
import type { ImageMemory } from './imageMemory.ts';
import type { ImageShelf } from './imageShelf.ts';
import type { SharedWork } from './sharedWork.ts';

/** What all ways to make an image work with. */
export interface ImageParts {
  readonly builder: Builder;
  readonly bases: BaseMaker;
  readonly shelf: ImageShelf;
  readonly memory: ImageMemory;
  readonly reader: SourceReader;
  /** Resolves with the id of an image; by the identity of what is made. */
  readonly shared: SharedWork<string>;
  readonly labId: () => string;
  readonly workDir: string;
  readonly clock: Clock;
  /** Of the recipe as it is now. */
  recipe(): Promise<string>;
}

/** Packages get fixes without LAVA changing: so old an image is made anew when somebody asks for the newest. */
export const staleMs = 30 * 24 * 60 * 60_000;

export const isStale = (createdAtMs: number, clock: Clock) => clock.nowMs() - createdAtMs > staleMs;

/** Runs a build, and remembers how long it took and what came of it. */
export async function measured(
  parts: ImageParts,
  what: {
    readonly kind: BuildKind;
    readonly suite: DebianSuite | null;
    bytes(imageId: string): Promise<number>;
  },
  build: () => Promise<Built>,
): Promise<string> {
  const beganMs = performance.now();
  const { imageId, facts } = await build();
  const seconds = (performance.now() - beganMs) / 1000;
  if (facts) await parts.memory.noteFacts(imageId, facts);
  await parts.memory.noteFigure(figureKey(what.kind, what.suite), {
    seconds,
    bytes: await what.bytes(imageId),
  });
  return imageId;
}
