import type { Disposable } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import type { ConsoleId, ConsoleInfo } from '../contract/index.ts';

const outputEveryMs = 500;

/** Tells what consoles are now: a change at once, and that they print now and then. */
export class ConsoleChanges implements Disposable {
  readonly #infoOf: (consoleId: ConsoleId) => ConsoleInfo | null;
  readonly #changed = new Emitter<{ consoleId: ConsoleId; info: ConsoleInfo | null }>();
  readonly #dirty = new Set<ConsoleId>();
  #outputTimer: NodeJS.Timeout | null = null;
  #revision = 0;
  readonly onDidChange = this.#changed.event;

  /** `infoOf` answers null for a console that is no more: of it nothing is said. */
  constructor(infoOf: (consoleId: ConsoleId) => ConsoleInfo | null) {
    this.#infoOf = infoOf;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  announce(consoleId: ConsoleId): void {
    const info = this.#infoOf(consoleId);
    if (info) this.#tell(consoleId, info);
  }

  /** Output moves the end of a recording all the time; the byte stream has it at once, the list now and then. */
  announceSoon(consoleId: ConsoleId): void {
    this.#dirty.add(consoleId);
    this.#outputTimer ??= setTimeout(() => {
      this.#outputTimer = null;
      for (const dirty of [...this.#dirty]) this.announce(dirty);
    }, outputEveryMs);
  }

  /** It is no more. */
  gone(consoleId: ConsoleId): void {
    this.#tell(consoleId, null);
  }

  dispose(): void {
    if (this.#outputTimer) clearTimeout(this.#outputTimer);
  }

  #tell(consoleId: ConsoleId, info: ConsoleInfo | null): void {
    this.#dirty.delete(consoleId);
    this.#revision++;
    this.#changed.fire({ consoleId, info });
  }
}
