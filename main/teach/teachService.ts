import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import type { BoardsService } from '../boards/index.ts';
import {
  type Board,
  fail,
  newBoard,
  type TeachFound,
  type TeachRole,
  type TeachSession as TeachSessionView,
  type UsbTree,
} from '../contract/index.ts';
import type { PortsService } from '../ports/index.ts';
import { bindingsFrom, type FinishOptions } from './finish.ts';
import { foundPort, foundSocket, withTaker } from './found.ts';
import { TeachSession } from './teachSession.ts';
import { portThings, socketThings } from './things.ts';

export interface TeachDeps {
  readonly ports: Pick<PortsService, 'list' | 'labelOf' | 'refresh' | 'onDidChange'>;
  readonly usb: { tree(): UsbTree; refresh(): Promise<void>; readonly onDidChange: Event<void> };
  readonly boards: Pick<
    BoardsService,
    'list' | 'find' | 'get' | 'add' | 'update' | 'bindingOf' | 'bindingOfSocket' | 'onDidChange'
  >;
  readonly clock: Clock;
}

export interface Finish extends FinishOptions {
  readonly name?: string | undefined;
  readonly boardId?: string | undefined;
  readonly displayName?: string | undefined;
}

interface Entry {
  readonly session: TeachSession;
  idle: NodeJS.Timeout;
  deciding: NodeJS.Timeout | null;
}

export const idleMs = 15 * 60_000;
const maxSessions = 4;

/** Learns boards from cables that are pulled and plugged in again; binds nothing before `finish`. */
export class TeachService implements Disposable {
  readonly #deps: TeachDeps;
  /** The one that was touched longest ago first. */
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<string>();
  readonly #held = new DisposableStore();
  /** Fires with the id of the session that took a step, saw something or ended. */
  readonly onDidChange: Event<string> = this.#changed.event;

  constructor(deps: TeachDeps) {
    this.#deps = deps;
    const look = () => this.#lookAll();
    this.#held.add(deps.ports.onDidChange(look));
    this.#held.add(deps.usb.onDidChange(look));
    // Names that are free and ports that are taken change with the boards.
    this.#held.add(
      deps.boards.onDidChange(() => {
        for (const teachId of this.#entries.keys()) this.#changed.fire(teachId);
      }),
    );
  }

  /** A session ends by itself after 15 minutes without news; of more than 4 the one that stood still longest ends. */
  start(): TeachSessionView {
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < maxSessions) break;
      this.cancel(oldest);
    }
    const session = new TeachSession(randomBytes(6).toString('hex'), this.#deps.clock.nowMs());
    this.#entries.set(session.teachId, { session, idle: this.#idleTimer(session.teachId), deciding: null });
    return this.#view(session);
  }

  /** Throws LabError NOT_FOUND, as all below. */
  get(teachId: string): TeachSessionView {
    return this.#view(this.#require(teachId).session);
  }

  /** Rejects with LabError CONFLICT while it waits for something else. */
  async watch(teachId: string, role: TeachRole): Promise<TeachSessionView> {
    this.#require(teachId);
    // What is there now must be known exactly: the difference tells.
    await (role === 'socket' ? this.#deps.usb.refresh() : this.#deps.ports.refresh());
    return this.#change(teachId, (session) => {
      const { ports, usb, boards } = this.#deps;
      if (role === 'socket')
        session.watch(role, {
          things: () => socketThings(usb.tree().hubs),
          toFound: (thing) => foundSocket(thing, boards),
        });
      else
        session.watch(role, {
          things: () => portThings(ports.list(), ports.labelOf),
          toFound: (thing) => foundPort(thing, role, boards),
        });
    });
  }

  /** Throws LabError CONFLICT, BAD_REQUEST. */
  choose(teachId: string, index: number): TeachSessionView {
    return this.#change(teachId, (session) => session.choose(index));
  }

  skip(teachId: string): TeachSessionView {
    return this.#change(teachId, (session) => session.skip());
  }

  /** Throws LabError BAD_REQUEST. */
  forget(teachId: string, index: number): TeachSessionView {
    return this.#change(teachId, (session) => session.forget(index));
  }

  /**
   * Binds all that was found in one write, then ends the session; where that is refused the session stays. Rejects
   * with LabError BAD_REQUEST (nothing was found), NOT_FOUND, NAME_TAKEN, CONFLICT (another board has a port), DISK_FULL.
   */
  async finish(teachId: string, { name, boardId, displayName, ...options }: Finish): Promise<Board> {
    const { session } = this.#touch(teachId);
    const { boards } = this.#deps;
    if (session.found.length === 0)
      fail('BAD_REQUEST', 'Nothing was learned yet', 'Watch for a cable, unplug it and plug it in again.');
    if (name !== undefined && boardId !== undefined)
      fail('BAD_REQUEST', 'Give a new name or a board that exists, not both', 'Leave one of them out.', {
        field: 'name',
      });
    const shown = displayName === undefined ? {} : { displayName };
    const before = boardId === undefined ? null : boards.get(boardId);
    const bindings = bindingsFrom(session.found, options, before);
    const board = before
      ? await boards.update(before.boardId, { ...shown, ...bindings })
      : await boards.add(newBoard.parse({ name: name ?? this.#freeName(), ...shown, ...bindings }));
    this.cancel(teachId);
    return board;
  }

  /** Harmless when it is over already. */
  cancel(teachId: string): void {
    const entry = this.#entries.get(teachId);
    if (!entry) return;
    this.#stop(entry);
    this.#entries.delete(teachId);
    this.#changed.fire(teachId);
  }

  dispose(): void {
    this.#held.dispose();
    for (const teachId of [...this.#entries.keys()]) this.cancel(teachId);
    this.#changed.dispose();
  }

  #change(teachId: string, act: (session: TeachSession) => void): TeachSessionView {
    const entry = this.#touch(teachId);
    act(entry.session);
    this.#schedule(entry);
    this.#changed.fire(teachId);
    return this.#view(entry.session);
  }

  #lookAll(): void {
    for (const [teachId, entry] of [...this.#entries]) {
      if (!entry.session.look(this.#deps.clock.nowMs())) continue;
      this.#touch(teachId);
      this.#schedule(entry);
      this.#changed.fire(teachId);
    }
  }

  #schedule(entry: Entry): void {
    if (entry.deciding !== null) clearTimeout(entry.deciding);
    const { decideInMs, teachId } = entry.session;
    entry.deciding =
      decideInMs === null
        ? null
        : setTimeout(() => {
            entry.session.decide();
            this.#schedule(entry);
            this.#changed.fire(teachId);
          }, decideInMs);
  }

  #touch(teachId: string): Entry {
    const entry = this.#require(teachId);
    clearTimeout(entry.idle);
    entry.idle = this.#idleTimer(teachId);
    this.#entries.delete(teachId);
    this.#entries.set(teachId, entry);
    return entry;
  }

  #idleTimer(teachId: string): NodeJS.Timeout {
    return setTimeout(() => this.cancel(teachId), idleMs).unref();
  }

  #stop(entry: Entry): void {
    clearTimeout(entry.idle);
    if (entry.deciding !== null) clearTimeout(entry.deciding);
  }

  #require(teachId: string): Entry {
    return (
      this.#entries.get(teachId) ??
      fail('NOT_FOUND', 'This teaching is over', 'It ends after 15 minutes without news: begin anew.')
    );
  }

  #view(session: TeachSession): TeachSessionView {
    const view = session.view(this.#freeName());
    const fresh = (list: TeachFound[]) => list.map((found) => withTaker(found, this.#deps.boards));
    return { ...view, candidates: fresh(view.candidates), found: fresh(view.found) };
  }

  #freeName(): string {
    for (let index = 1; ; index += 1) if (!this.#deps.boards.find(`board-${index}`)) return `board-${index}`;
  }
}
