import { isDeepStrictEqual } from 'node:util';
import { type Disposable, DisposableStore, toDisposable } from '../base/disposable.ts';
import type { Logger } from '../base/logger.ts';
import type { BoardsChange, BoardsService } from '../boards/index.ts';
import { type Board, type BoardId, fail, type PowerBinding } from '../contract/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import { AskRounds } from './askRounds.ts';
import { boardsCutWith, boardsPoweredWith } from './consequences.ts';
import { type DriverSources, makeDriver, outletSecret, takesSecret } from './makeDriver.ts';
import { Outlet } from './outlet.ts';
import { type HubSockets, OwnSocket } from './ownSocket.ts';
import { type OutletMark, outletNameOf, type Verdicts } from './verdicts.ts';

/** A board's outlet and what is kept by its board. */
export interface BoundOutlet {
  /** As it is called now; `outlet.reading.boardId` is, too. */
  readonly boardId: () => BoardId;
  /** What everything is kept by: a rename leaves it. */
  readonly key: string;
  readonly outlet: Outlet;
  readonly binding: PowerBinding | null;
  /** The outlet in the words of its binding: what belongs to another outlet has another name. */
  readonly name: string;
  /** What a verdict on it is kept by. */
  readonly mark: () => OutletMark;
}

export interface OutletsDeps extends DriverSources {
  readonly usb: DriverSources['usb'] & HubSockets;
  readonly boards: BoardsService;
  readonly secrets: Pick<SecretStore, 'get' | 'remove'>;
  readonly verdicts: Verdicts;
  readonly logger: Logger;
  /** What is known of a board's power changed. */
  readonly onChange: (boardId: BoardId) => void;
}

/** A udev symlink or a pty comes and goes without a port event. */
const lookEveryMs = 2000;

/** The outlets of all boards, as the boards bind them. */
export class Outlets implements Disposable {
  readonly #deps: OutletsDeps;
  readonly #bound = new Map<BoardId, BoundOutlet & { readonly held: DisposableStore }>();
  readonly #keys = new Map<BoardId, string>();
  readonly #held = new DisposableStore();
  readonly #rounds: AskRounds;

  constructor(deps: OutletsDeps) {
    this.#deps = deps;
    this.#rounds = this.#held.add(new AskRounds(deps.clock));
  }

  /** Binds every board's outlet and asks those that can be asked. Nothing is sent to switch any. */
  async start(): Promise<void> {
    const { boards, ports, usb } = this.#deps;
    this.#held.add(boards.onDidChange((change) => this.#onBoards(change)));
    this.#held.add(ports.onDidChange(() => this.#lookAround()));
    this.#held.add(usb.onDidChange(() => this.#lookAround()));
    const timer = setInterval(() => this.#lookAtPorts(), lookEveryMs);
    timer.unref();
    this.#held.add(toDisposable(() => clearInterval(timer)));
    const bound = boards.list().map((board) => this.#bind(board));
    // What hangs together is known only now.
    this.#lookAround();
    // Virtual boards answer at once, and are shown as they are from the beginning; who answers slowly must not hold up
    // the others, nor the start.
    const asked = bound.map((each) => ({ each, answer: each?.outlet.refresh() }));
    await Promise.all(
      asked.map(({ each, answer }) => (each?.outlet.driver.kind === 'virtual' ? answer : null)),
    );
  }

  get(boardId: BoardId): BoundOutlet | null {
    return this.#bound.get(boardId) ?? null;
  }

  /** Two boards that name one outlet would each undo what the other did. Throws LabError CONFLICT. */
  refuseShared(bound: BoundOutlet): void {
    bound.outlet.lookAtPort();
    const mine = identityOf(bound);
    if (mine === null) return;
    for (const [boardId, other] of this.#bound) {
      if (other.outlet === bound.outlet) continue;
      other.outlet.lookAtPort();
      if (identityOf(other) !== mine) continue;
      const what = bound.outlet.node
        ? `${bound.outlet.node} is the power cable of ${boardId} too`
        : `${bound.outlet.driver.label} is the outlet of ${boardId} too`;
      fail('CONFLICT', what, 'Unbind it from one of the two.', { details: { boardId } });
    }
  }

  /** For each board with ports of its own, whether one of them is plugged in. */
  portsThere(): Map<BoardId, boolean> {
    const { boards, ports } = this.#deps;
    const there = new Map<BoardId, boolean>();
    for (const { boardId, consoles } of boards.list()) {
      const matches = consoles.flatMap(({ match }) => match ?? []);
      if (matches.length > 0)
        there.set(
          boardId,
          matches.some((match) => ports.resolve(match) !== null),
        );
    }
    return there;
  }

  dispose(): void {
    this.#held.dispose();
    for (const boardId of [...this.#bound.keys()]) this.#unbind(boardId);
  }

  #bind(board: Board): BoundOutlet | null {
    const { boards, ports, clock, usb, verdicts, onChange } = this.#deps;
    const key = boards.key(board.boardId);
    this.#keys.set(board.boardId, key);
    let { boardId } = board;
    const driver = makeDriver(board, key, () => boardId, this.#deps);
    if (!driver) return null;
    const { power } = board;
    const name = outletNameOf(board);
    const mark = (): OutletMark => ({
      outlet: name,
      hub: power?.kind === 'usb-hub-port' ? (usb.hubOf(power.socket)?.identity ?? null) : null,
    });
    const verdict = () => verdicts.get(key, mark());
    const seenToGo = () => verdict()?.others ?? [];
    const ownSocket = new OwnSocket(usb, ports);
    const outlet = new Outlet({
      boardId,
      driver,
      clock,
      ...(power?.kind === 'acm-cable' ? { node: () => ports.resolve(power.match)?.device ?? null } : {}),
      ...(power?.kind === 'usb-hub-port' ? { device: () => devicesIn(usb.socket(power.socket)) } : {}),
      ownDevice: () => {
        const now = boards.find(boardId);
        return now && ownSocket.look(now);
      },
      audible: (id) => this.#isAudible(id),
      verdict,
      alsoCuts: (sockets) => {
        const now = boards.find(boardId);
        return now ? boardsCutWith(now, sockets, seenToGo(), { boards, ports }) : [];
      },
      alsoPowers: (sockets) => {
        const now = boards.find(boardId);
        return now ? boardsPoweredWith(now, sockets, seenToGo(), { boards }) : [];
      },
      onChange: (reading) => {
        ({ boardId } = reading);
        onChange(boardId);
      },
    });
    const held = new DisposableStore();
    held.add(outlet);
    const { askEveryMs } = driver.can;
    if (askEveryMs !== null) held.add(this.#rounds.add(askEveryMs, () => outlet.refresh()));
    const bound = { boardId: () => outlet.reading.boardId, key, outlet, binding: power, name, mark, held };
    this.#bound.set(boardId, bound);
    outlet.credit(this.#deps.memory.commander(key, driver.commanded.atMs));
    return bound;
  }

  /** A virtual board has its console without a binding, and one that is reached by an address may be there. */
  #isAudible(boardId: BoardId): boolean {
    const { boards, ports } = this.#deps;
    const board = boards.find(boardId);
    if (!board) return false;
    return (
      board.virtual !== null ||
      board.consoles.some(({ match }) => match === null || ports.resolve(match) !== null)
    );
  }

  #unbind(boardId: BoardId): void {
    this.#bound.get(boardId)?.held.dispose();
    this.#bound.delete(boardId);
  }

  #onBoards(change: BoardsChange): void {
    const { board } = change;
    const before = change.type === 'updated' ? change.before : board;
    if (before.boardId !== board.boardId)
      this.#keep('the verdicts', this.#deps.verdicts.rename(before.boardId, board.boardId));
    if (change.type === 'updated' && isDeepStrictEqual(board.power, before.power))
      this.#rename(before.boardId, board.boardId);
    else {
      const key = this.#keys.get(before.boardId);
      this.#unbind(before.boardId);
      this.#keys.delete(before.boardId);
      if (key !== undefined) this.#forget(key, before, change.type === 'removed' ? null : board);
      if (change.type !== 'removed') {
        const bound = this.#bind(board);
        this.#deps.onChange(board.boardId);
        void bound?.outlet.refresh();
      }
    }
    this.#lookAround();
  }

  #rename(before: BoardId, after: BoardId): void {
    const bound = this.#bound.get(before);
    const key = this.#keys.get(before);
    if (before !== after) {
      this.#bound.delete(before);
      this.#keys.delete(before);
      if (key !== undefined) this.#keys.set(after, key);
      if (bound) this.#bound.set(after, bound);
      bound?.outlet.rename(after);
    }
    bound?.outlet.lookAtPort();
  }

  /** What was kept of an outlet that is no longer the board's: a password must not reach another server. */
  #forget(key: string, before: Board, now: Board | null): void {
    const { verdicts, secrets, memory } = this.#deps;
    if (now === null) this.#keep('who gave a command', memory.putCommander(key, null));
    if (now === null || outletNameOf(now) !== outletNameOf(before))
      this.#keep('the verdicts', verdicts.forget(key));
    const secret = outletSecret(key, before.power);
    if (takesSecret(before) && (now === null || outletSecret(key, now.power) !== secret))
      this.#keep("the outlet's password", secrets.remove(secret));
  }

  #keep(what: string, work: Promise<void>): void {
    work.catch((error) => this.#deps.logger.warn(`${what} could not be saved`, { error }));
  }

  #lookAround(): void {
    for (const { outlet } of this.#bound.values()) {
      outlet.lookAtPort();
      outlet.lookAround();
    }
  }

  #lookAtPorts(): void {
    // What has no port tells by itself, or is asked.
    for (const { outlet, binding } of this.#bound.values())
      if (binding?.kind === 'acm-cable') outlet.lookAtPort();
  }
}

/** Names the outlet where it can be told apart from all others now; null where it cannot. */
function identityOf({ outlet, binding }: BoundOutlet): string | null {
  if (binding?.kind === 'acm-cable') return outlet.node;
  if (binding?.kind === 'usb-hub-port') return `socket ${binding.socket}`;
  return outlet.driver.identity ?? null;
}

function devicesIn(socket: { readonly devices: readonly unknown[] } | null): boolean | null {
  return socket === null ? null : socket.devices.length > 0;
}
