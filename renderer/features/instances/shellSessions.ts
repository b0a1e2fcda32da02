import type { Instance, InstanceName, ShellKind } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import type { Appearance } from '../console/terminalSession.ts';
import type { ShellSession } from './shellSession.ts';

/** Names a shell in this window: one of each kind for each instance. */
export function shellIdOf(key: string, kind: ShellKind): string {
  return `${key}.${kind}`;
}

/**
 * The shells of this window. They live outside React, so that looking at a log does not end them; xterm is loaded
 * with the first of them.
 */
export class ShellSessions {
  readonly #sessions = new Map<string, ShellSession>();
  readonly #client: () => LabClient;
  readonly #look: () => Appearance;
  #names: ReadonlyMap<string, InstanceName> = new Map();

  constructor(client: () => LabClient, look: () => Appearance) {
    this.#client = client;
    this.#look = look;
  }

  /** The shell of this kind; another is opened where there is none. */
  async open(instance: Instance, kind: ShellKind): Promise<ShellSession> {
    const { ShellSession } = await import('./shellSession.ts');
    const id = shellIdOf(instance.key, kind);
    const there = this.#sessions.get(id);
    if (there !== undefined) return there;
    const session = new ShellSession(id, {
      client: this.#client,
      name: () => this.#names.get(instance.key) ?? instance.name,
      kind,
      look: this.#look(),
    });
    this.#sessions.set(id, session);
    return session;
  }

  peek(id: string): ShellSession | null {
    return this.#sessions.get(id) ?? null;
  }

  /** The one on screen, of those there are. */
  get shown(): ShellSession | null {
    return [...this.#sessions.values()].find((session) => session.element.isConnected) ?? null;
  }

  end(id: string): void {
    this.#sessions.get(id)?.dispose();
    this.#sessions.delete(id);
  }

  /** Follows renames, and ends the shells of instances that are no more. */
  follow(instances: readonly Instance[]): void {
    this.#names = new Map(instances.map(({ key, name }) => [key, name]));
    for (const id of this.#sessions.keys()) {
      if (!this.#names.has(id.slice(0, id.lastIndexOf('.')))) this.end(id);
    }
  }

  setAppearance(look: Appearance): void {
    for (const session of this.#sessions.values()) session.setAppearance(look);
  }
}
