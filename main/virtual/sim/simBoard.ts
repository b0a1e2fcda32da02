import type { Clock } from '../../base/clock.ts';
import { Emitter, type Event } from '../../base/emitter.ts';
import type { Leds, SwitchState } from '../../contract/index.ts';
import { fail } from '../../contract/labError.ts';
import { type BoardMemory, withLed } from '../boardMemory.ts';
import { PrintEmitter } from '../printEmitter.ts';
import type { VirtualBoard } from '../virtualBoard.ts';
import { kernelLine } from './bootScript.ts';
import { SimMachine } from './simMachine.ts';
import type { Ticker } from './ticker.ts';

/** 115200 baud, 8N1. */
const bytesPerMs = 11.52;
/** An idle UART takes this much at once: an echo never waits for a tick. */
const idleBurst = 128;
/** A busy one catches up at most 100 ms after the core was held up. */
const busyBurst = 100 * bytesPerMs;
const maxUnread = 256 * 1024;
const holdBytes = 64 * 1024;
/** A driver waits for the link to settle before it says that it went. */
const linkSettlesMs = 1500;

/** A small board made of TypeScript: {@link SimMachine}, paced like a serial line. */
export class SimBoard implements VirtualBoard {
  readonly kind = 'sim';
  readonly #memory: BoardMemory;
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #machine: SimMachine;
  readonly #printed = new PrintEmitter(holdBytes);
  // A sim has no way to lose power by itself.
  readonly onDidChangePower: Event<SwitchState> = new Emitter<SwitchState>().event;
  readonly onDidPrint: Event<Uint8Array> = this.#printed.event;
  #credit = idleBurst;
  #creditMs: number;
  #pumping = false;
  #pumpAgain = false;
  #closed = false;
  #noticing = new AbortController();

  /** Goes on where `memory` left off. */
  constructor(deps: { memory: BoardMemory; ticker: Ticker; clock: Clock }) {
    this.#memory = deps.memory;
    this.#clock = deps.clock;
    this.#ticker = deps.ticker;
    this.#creditMs = deps.clock.nowMs();
    this.#machine = new SimMachine(deps.memory.saved.sim, this.#creditMs, (sim) => {
      void this.#memory.update({ sim });
    });
    this.#scheduleNext(this.#creditMs);
  }

  get cable(): VirtualBoard['cable'] {
    const { power, commandedAtMs, leds } = this.#memory.saved;
    return { state: power, commandedAtMs, leds };
  }

  async setPower(state: SwitchState, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#refuseIfClosed();
    const nowMs = this.#clock.nowMs();
    if (state === 'on') this.#machine.powerOn(nowMs);
    else this.#darken(nowMs);
    const saved = this.#memory.update({ power: state, commandedAtMs: nowMs });
    this.#pump();
    await saved;
  }

  async setLed(led: number, on: boolean): Promise<void> {
    this.#refuseIfClosed();
    await this.#memory.update({ leds: withLed(this.#memory.saved.leds, led, on) });
  }

  async setLeds(leds: Leds): Promise<void> {
    this.#refuseIfClosed();
    await this.#memory.update({ leds });
  }

  async type(bytes: Uint8Array): Promise<void> {
    if (this.#closed || this.#memory.saved.power === 'off')
      fail('POWERED_OFF', 'The board is off: nothing would read what you type.', 'Switch its power on.');
    if (this.#machine.unreadBytes + bytes.length > maxUnread)
      fail(
        'DEVICE_BUSY',
        'The board has not yet read what was typed before.',
        'Wait, or press Ctrl-C to drop it.',
      );
    this.#machine.type(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
    this.#pump();
  }

  noticeLink(up: boolean): void {
    this.#noticing.abort();
    this.#noticing = new AbortController();
    this.#clock.sleep(linkSettlesMs, this.#noticing.signal).then(
      () => {
        const { sim } = this.#memory.saved;
        const nowMs = this.#clock.nowMs();
        if (sim && linuxPhases.has(sim.phase))
          this.#printed.fire(toBytes(`\r\n${linkLine(up, nowMs - sim.bootedMs)}`));
      },
      () => {},
    );
  }

  /** Goes dark for good; LEDs keep what was commanded. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#darken(this.#clock.nowMs());
      void this.#memory.update({ power: 'off' });
    }
    this.#closed = true;
    await this.#memory.settled();
  }

  #refuseIfClosed(): void {
    if (this.#closed) fail('NOT_FOUND', 'The virtual board is gone.');
  }

  #darken(nowMs: number): void {
    this.#noticing.abort();
    this.#machine.powerOff(nowMs);
    this.#ticker.cancel(this.#pump);
  }

  /** Lets the machine run up to now and prints what the line can carry. */
  readonly #pump = (): void => {
    // A listener may type: what it types is answered after every listener has heard the question.
    this.#pumpAgain = true;
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#pumpAgain) {
        this.#pumpAgain = false;
        this.#pumpOnce();
      }
    } finally {
      this.#pumping = false;
    }
  };

  #pumpOnce(): void {
    const nowMs = this.#clock.nowMs();
    const cap = this.#machine.hasOutput ? busyBurst : idleBurst;
    const earned = Math.max(0, nowMs - this.#creditMs) * bytesPerMs;
    this.#credit = Math.min(this.#credit + earned, Math.max(cap, idleBurst));
    this.#creditMs = nowMs;
    this.#machine.run(nowMs);
    let text = '';
    for (;;) {
      const part = this.#machine.take(Math.floor(this.#credit) - text.length);
      if (part === '') break;
      text += part;
      this.#machine.run(nowMs);
    }
    this.#credit -= text.length;
    this.#scheduleNext(nowMs);
    // Unpooled: listeners may keep the bytes, or transfer them.
    if (text !== '') this.#printed.fire(toBytes(text));
  }

  #scheduleNext(nowMs: number): void {
    const dueMs = this.#machine.hasOutput ? nowMs + 1 : this.#machine.dueMs(nowMs);
    if (dueMs === null) this.#ticker.cancel(this.#pump);
    else this.#ticker.schedule(this.#pump, Math.max(dueMs, nowMs + 1));
  }
}

const linuxPhases: ReadonlySet<string> = new Set(['login', 'password', 'shell']);

function linkLine(up: boolean, uptimeMs: number): string {
  const text = `usb0: gadget ${up ? 'connected' : 'disconnected'}`;
  return kernelLine(uptimeMs, text).replace('\n', '\r\n');
}

function toBytes(latin1: string): Uint8Array {
  const bytes = new Uint8Array(latin1.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = latin1.charCodeAt(at);
  return bytes;
}
