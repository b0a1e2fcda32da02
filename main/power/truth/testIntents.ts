import path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../../base/jsonFile.ts';
import { loadTelling } from '../../base/jsonFileTelling.ts';
import type { Logger } from '../../base/logger.ts';
import { switchState, timestampMs } from '../../contract/index.ts';
import type { NoticesService } from '../../notices/index.ts';

const testIntent = z.strictObject({
  /** The name of the board's outlet: of another one the test says nothing. */
  outlet: z.string(),
  /** What its power is to be again. */
  state: switchState,
  /** Of the last command before the test; null: there was none. */
  commandedAtMs: timestampMs.nullable(),
});
export type TestIntent = z.infer<typeof testIntent>;

const document = z.strictObject({
  version: z.literal(1),
  /** By board key. */
  tests: z.record(z.string(), testIntent),
});

/**
 * Which power-truth tests are under way and what power their boards had, in `<dir>/power-tests.json`: what is found
 * there at start is of a test that was killed, and may have left its board off.
 */
export class TestIntents {
  readonly #file: JsonFile<z.infer<typeof document>>;
  readonly #logger: Logger;
  readonly #notices: NoticesService | null;
  #tests: Readonly<Record<string, TestIntent>> = {};

  constructor(deps: { dir: string; logger: Logger; notices: NoticesService | null }) {
    this.#file = new JsonFile({
      path: path.join(deps.dir, 'power-tests.json'),
      schema: document,
      version: 1,
    });
    this.#logger = deps.logger;
    this.#notices = deps.notices;
  }

  /** Reads the file; never rejects. */
  async load(): Promise<void> {
    const kept = await loadTelling(this.#file, {
      what: 'Which power tests were under way',
      topic: 'power-tests-file',
      notices: this.#notices,
      logger: this.#logger,
    });
    this.#tests = kept?.tests ?? {};
  }

  get keys(): string[] {
    return Object.keys(this.#tests);
  }

  get(boardKey: string): TestIntent | null {
    return this.#tests[boardKey] ?? null;
  }

  /** Resolves once it is on the disk. Rejects with LabError where it cannot be: then nothing must be switched. */
  async put(boardKey: string, intent: TestIntent): Promise<void> {
    const before = this.get(boardKey);
    this.#tests = { ...this.#tests, [boardKey]: intent };
    try {
      await this.#save();
    } catch (error) {
      if (before) this.#tests = { ...this.#tests, [boardKey]: before };
      else this.#leaveOut(boardKey);
      throw error;
    }
  }

  /** Harmless where there is none. Never rejects: one that stays on the disk no longer fits what was commanded since. */
  async drop(boardKey: string): Promise<void> {
    if (!this.get(boardKey)) return;
    this.#leaveOut(boardKey);
    await this.#save().catch((error: unknown) => {
      this.#logger.warn('the end of a power test could not be saved', { error });
    });
  }

  #leaveOut(boardKey: string): void {
    const { [boardKey]: _, ...others } = this.#tests;
    this.#tests = others;
  }

  #save(): Promise<void> {
    return this.#file.write({ version: 1, tests: this.#tests });
  }
}
