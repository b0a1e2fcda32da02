import type { Socket } from 'node:net';
import { messageOf } from '../../base/errno.ts';
import type { Logger } from '../../base/logger.ts';
import type { Client } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';
import type { GuardedControl } from '../leases/guardedControl.ts';
import type { LineParameters } from '../transport.ts';
import { ClientFeed } from './clientFeed.ts';
import type { Dialect, DialectHost } from './dialect.ts';
import { InputQueue } from './inputQueue.ts';
import type { SharingLimits } from './limits.ts';
import { notice } from './notice.ts';
import { Patience } from './patience.ts';
import { RepeatFilter } from './repeatFilter.ts';
import type { SharedConsole } from './sharedConsole.ts';
import { TokenGate } from './tokenGate.ts';

/** A program tells its dialect within this time; a person's greeting can wait for it. */
const greetAfterMs = 300;
/** Who never got in has only so long to read why: there may be many of them. */
const strangerFarewellMs = 1_000;
/** Answers wait for a client that does not read; beyond this it is not coming back. */
const maxUnreadBytes = 1024 * 1024;

export interface ConnectionDeps {
  readonly socket: Socket;
  readonly client: Client;
  readonly console: SharedConsole;
  readonly consoleId: string;
  /** null: everybody who can connect is let in. */
  readonly token: string | null;
  readonly isReadOnly: () => boolean;
  readonly makeDialect: (host: DialectHost) => Dialect;
  readonly limits: SharingLimits;
  readonly logger: Logger;
  /** The token was right, or none is wanted. */
  readonly onEntered: () => void;
  readonly onWrongToken: () => void;
  /** It is over; called once, whether or not it had entered. */
  readonly onLeft: () => void;
}

/** One client of a console, from its connection to its end. */
export class Connection implements DialectHost {
  readonly client: Client;
  readonly #deps: ConnectionDeps;
  readonly #dialect: Dialect;
  readonly #inputs: InputQueue;
  readonly #patience: Patience;
  readonly #refusals = new RepeatFilter();
  readonly #timers = new Set<NodeJS.Timeout>();
  #gate: TokenGate | null;
  #feed: ClientFeed | null = null;
  #hasTyped = false;
  #left = false;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.client = deps.client;
    this.#dialect = deps.makeDialect(this);
    this.#gate = deps.token === null ? null : new TokenGate(deps.token);
    this.#patience = new Patience(deps.limits);
    this.#inputs = new InputQueue(deps.socket, (error) => this.#failed(error));
  }

  get isLetIn(): boolean {
    return this.#gate === null && !this.#left;
  }

  get isReadOnly(): boolean {
    return this.#deps.isReadOnly();
  }

  get hasTyped(): boolean {
    return this.#hasTyped;
  }

  get control(): GuardedControl | null {
    return this.#deps.console.control(this.client);
  }

  get parameters(): LineParameters {
    return this.#deps.console.parameters;
  }

  /** Begins to speak and to listen. */
  start(): void {
    const { socket, limits } = this.#deps;
    socket.on('data', (wire) => this.#receive(wire));
    // A client that has said its last word waits for the answer, but not for ever.
    socket.on('end', () => this.#later(limits.lastAnswersMs, () => this.#leave()));
    socket.on('error', () => this.#leave());
    socket.on('close', () => this.#leave());
    this.#dialect.start();
    if (!this.#gate) {
      this.#enter();
      return;
    }
    if (!this.#isRaw) this.send(new TextEncoder().encode('Token: '));
    this.#later(limits.tokenWithinMs, () => {
      if (this.#gate) this.end('no token came');
    });
  }

  /** Says something to a person; a program, and who has not entered, is left in peace. */
  tell(text: string): void {
    if (this.#feed && this.#dialect.takesNotices) this.#say(text);
  }

  /** Lets it go if it is too far behind. */
  checkPace(): void {
    const pace = this.#feed?.pace;
    if (!pace || !this.#patience.isOver(pace, performance.now())) return;
    this.#deps.logger.info('a slow client is let go', { who: this.client.who, ...pace });
    this.end('you read too slowly and are disconnected; the recording has everything');
  }

  /** Ends it with a last word, which it has a moment to read. */
  end(text: string): void {
    if (this.#left) return;
    // Among a raw client's bytes there is no place for it; before the first of them there is.
    if (!this.#isRaw || !this.#feed) this.#say(text);
    this.#leave();
  }

  /** Ends it without a word, at once. */
  destroy(): void {
    this.#leave();
    this.#deps.socket.destroy();
  }

  type(bytes: Uint8Array): void {
    if (this.#left) return;
    if (this.#gate) {
      this.#tryToken(this.#gate, bytes);
      return;
    }
    // Programs throw away what they hear while they open their port: a refusal they were told then is news again.
    if (!this.#hasTyped) this.#refusals.forget();
    this.#hasTyped = true;
    if (this.isReadOnly) this.refused(new LabError('FORBIDDEN', 'This door is read-only'));
    else this.#inputs.add(bytes.length, () => this.#deps.console.write(bytes, this.client));
  }

  request(bytes: number, work: () => Promise<void>): void {
    this.#inputs.add(bytes, work);
  }

  refused(error: LabError): void {
    const text = error.hint === undefined ? error.message : `${error.message}. ${error.hint}`;
    // Even to a program, and among raw bytes: it would wonder for long why the board does not answer.
    if (this.#feed && this.#refusals.isNews(text, performance.now())) this.#say(text);
  }

  suspend(suspended: boolean): void {
    this.#feed?.suspend(suspended);
  }

  send(wire: Uint8Array): void {
    const { socket } = this.#deps;
    if (this.#left || socket.destroyed) return;
    socket.write(wire);
    if (socket.writableLength > maxUnreadBytes) this.destroy();
  }

  get #isRaw(): boolean {
    return this.#dialect.kind === 'raw';
  }

  #receive(wire: Uint8Array): void {
    if (this.#left) return;
    this.#feed?.noteTyping();
    try {
      this.#dialect.receive(wire);
    } catch (error) {
      this.#failed(error);
    }
  }

  #enter(): void {
    const { console, socket, limits } = this.#deps;
    this.#gate = null;
    this.#feed = new ClientFeed({
      console,
      socket,
      windowBytes: limits.windowBytes,
      encode: (bytes) => this.#dialect.encode(bytes),
      onSkipped: (bytes) => this.tell(`${bytes} bytes were left out here`),
      onEnded: (message) => this.end(message),
    });
    this.#deps.onEntered();
    this.#dialect.letIn();
    this.#later(greetAfterMs, () => this.#greet());
  }

  #greet(): void {
    const { console, consoleId } = this.#deps;
    this.tell(console.writer === null ? consoleId : `${consoleId}; ${console.writer} is writing`);
  }

  #tryToken(gate: TokenGate, bytes: Uint8Array): void {
    const answer = gate.feed(bytes);
    if (answer.state === 'waiting') return;
    if (answer.state === 'wrong') {
      this.#deps.onWrongToken();
      this.end('wrong token');
      return;
    }
    this.#enter();
    if (answer.rest.length > 0) this.type(answer.rest);
  }

  #failed(error: unknown): void {
    if (!(error instanceof LabError)) {
      this.#deps.logger.error('a shared console failed its client', { who: this.client.who, error });
      this.end('something went wrong in Labdeck; its log says what');
    } else if (error.code === 'BAD_REQUEST') {
      this.#deps.logger.info('a client is let go', { who: this.client.who, reason: messageOf(error) });
      this.end(error.message);
    } else this.refused(error);
  }

  #say(text: string): void {
    this.send(this.#dialect.encode(notice(text)));
  }

  #later(afterMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#left) work();
    }, afterMs);
    this.#timers.add(timer);
  }

  /** No client of the console from here on; what it was sent has a moment to reach it. */
  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#inputs.close();
    this.#feed?.dispose();
    this.#dialect.dispose();
    const { socket, limits } = this.#deps;
    // A paused socket would never hear that the other end went.
    socket.resume();
    socket.end();
    const farewellMs = this.#feed ? limits.farewellMs : Math.min(strangerFarewellMs, limits.farewellMs);
    const timer = setTimeout(() => socket.destroy(), farewellMs);
    socket.once('close', () => clearTimeout(timer));
    this.#deps.onLeft();
  }
}
