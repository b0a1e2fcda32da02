import path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../../base/jsonFile.ts';
import type { Logger } from '../../base/logger.ts';
import { type ImageFacts, imageFacts } from './imageFacts.ts';

/** What building one kind of image took here last. */
const figure = z.strictObject({ seconds: z.number(), bytes: z.number() });
export type Figure = z.infer<typeof figure>;

const document = z.strictObject({
  version: z.literal(1),
  /** By image id: it is the image's content, so this never becomes wrong. */
  facts: z.record(z.string(), imageFacts),
  figures: z.record(z.string(), figure),
});

/** What is known about images without asking them. All of it can be found out anew. */
export class ImageMemory {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #logger: Logger;
  #loaded: Promise<z.infer<typeof document>> | null = null;

  constructor(dir: string, logger: Logger) {
    this.#file = new JsonFile({ path: path.join(dir, 'images.json'), schema: document, version: 1 });
    this.#logger = logger;
  }

  async facts(imageId: string): Promise<ImageFacts | null> {
    return (await this.#load()).facts[imageId] ?? null;
  }

  async figure(kind: string): Promise<Figure | null> {
    return (await this.#load()).figures[kind] ?? null;
  }

  async noteFacts(imageId: string, facts: ImageFacts): Promise<void> {
    (await this.#load()).facts[imageId] = facts;
    await this.#save();
  }

  async noteFigure(kind: string, measured: Figure): Promise<void> {
    (await this.#load()).figures[kind] = measured;
    await this.#save();
  }

  /** Of images that are gone. */
  async forgetAllBut(imageIds: ReadonlySet<string>): Promise<void> {
    const { facts } = await this.#load();
    const gone = Object.keys(facts).filter((imageId) => !imageIds.has(imageId));
    for (const imageId of gone) delete facts[imageId];
    if (gone.length > 0) await this.#save();
  }

  #load(): Promise<z.infer<typeof document>> {
    this.#loaded ??= this.#file
      .load()
      .then((loaded) => (loaded.found === 'value' ? loaded.value : { version: 1, facts: {}, figures: {} }));
    return this.#loaded;
  }

  /** An image must not be lost because a note about it could not be written. */
  async #save(): Promise<void> {
    await this.#file
      .write(await this.#load())
      .catch((error: unknown) => this.#logger.warn('what is known about images is not saved', { error }));
  }
}
