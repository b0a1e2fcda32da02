import path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../base/jsonFile.ts';
import type { Logger } from '../base/logger.ts';
import { type TaskWithLog, taskWithLog } from '../contract/index.ts';

const document = z.strictObject({ version: z.literal(1), tasks: z.array(z.strictObject(taskWithLog.shape)) });

/**
 * Tasks that should be known after a crash, in `<dir>/tasks.json`: those under way, and the last that ended with their
 * logs. Written when one begins and when it ends, not at each step.
 */
export class TaskJournal {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #logger: Logger;

  constructor(deps: { dir: string; logger: Logger }) {
    this.#file = new JsonFile({ path: path.join(deps.dir, 'tasks.json'), schema: document, version: 1 });
    this.#logger = deps.logger;
  }

  /** Oldest first. Never rejects: a journal that cannot be read is set aside, and nothing but history is lost. */
  async load(): Promise<TaskWithLog[]> {
    const loaded = await this.#file.load();
    if (loaded.found === 'value') return loaded.value.tasks;
    if (loaded.found !== 'nothing')
      this.#logger.warn('the journal of tasks could not be read', { ...loaded });
    return [];
  }

  /** Never rejects. */
  async write(tasks: TaskWithLog[]): Promise<void> {
    try {
      await this.#file.write({ version: 1, tasks });
    } catch (error) {
      this.#logger.warn('the journal of tasks could not be written', { error });
    }
  }
}
