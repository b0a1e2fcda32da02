import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { type BoardId, LabError, type Leds, type PowerReading, type SwitchState } from '../contract/index.ts';
import { Outlet } from './outlet.ts';
import type { OnSend, PowerDriver } from './powerDriver.ts';

/** A cable that cannot be asked: holds what it was told, can break half-way, can take its time. */
class MuteDriver implements PowerDriver {
  readonly kind = 'mute';
  readonly label = 'mute outlet';
  readonly can = { readBack: false, meter: false, leds: 3, askEveryMs: null } as const;
  readonly #clock: FakeClock;
  commanded: { state: SwitchState | null; atMs: number | null; leds: Leds } = {
    state: null,
    atMs: null,
    leds: [false, false, false],
  };
  doubt: string | null = null;
  /** Between sending and being done. */
  whileSending: () => Promise<void> = async () => {};
  breaks: 'before' | 'after' | null = null;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async set(state: SwitchState, _signal: AbortSignal, onSend?: OnSend): Promise<void> {
    if (this.breaks === 'before') throw new LabError('DEVICE_GONE', 'gone');
    onSend?.(state);
    await this.whileSending();
    if (this.breaks === 'after') {
      this.doubt = 'The last power command broke off on its way';
      throw new LabError('DEVICE_GONE', 'gone');
    }
    this.commanded = { ...this.commanded, state, atMs: this.#clock.nowMs() };
    this.doubt = null;
  }

  async setLed(_led: number, _on: boolean): Promise<void> {}

  async read() {
    return 'unknown' as const;
  }
}

const signal = new AbortController().signal;
let clock: FakeClock;
let driver: MuteDriver;
let node: string | null;
let told: PowerReading[];
let outlet: Outlet;
const set = (state: SwitchState) => outlet.set(state, signal, () => {});
const kind = () => outlet.reading.evidence.kind;

beforeEach(() => {
  clock = new FakeClock();
  driver = new MuteDriver(clock);
  node = '/dev/ttyACM0';
  told = [];
  outlet = new Outlet({
    boardId: 'b' as BoardId,
    driver,
    clock,
    node: () => node,
    audible: () => true,
    onChange: (reading) => told.push(reading),
  });
});

test('on is unknown until the console speaks, then proved', async () => {
  await set('on');
  expect(outlet.reading).toMatchObject({ commanded: 'on', known: 'unknown', evidence: { kind: 'none' } });
  await clock.pass(700);
  outlet.noteOutput(clock.nowMs());
  expect(outlet.reading).toMatchObject({ commanded: 'on', known: 'on', evidence: { kind: 'console-spoke' } });
  expect(outlet.reading.evidence.text).toBe('the console spoke 0.7 s after power-on');
});

test('a chatty console changes the judgement once', async () => {
  await set('on');
  const before = told.length;
  for (let chunk = 0; chunk < 5000; chunk += 1) {
    if (chunk % 100 === 0) await clock.pass(1);
    outlet.noteOutput(clock.nowMs());
  }
  expect(outlet.reading.known).toBe('on');
  expect(told.length).toBe(before + 1);
});

test('output that comes while the switch is still being written counts', async () => {
  driver.whileSending = async () => {
    await clock.pass(200);
    outlet.noteOutput(clock.nowMs());
    await clock.pass(200);
  };
  await set('on');
  expect(outlet.reading).toMatchObject({ known: 'on', evidence: { text: expect.stringContaining('0.2 s') } });
});

test('output of a board that is being switched on is not held against the power-off before', async () => {
  await set('off');
  await clock.pass(60_000);
  told.length = 0;
  driver.whileSending = async () => {
    await clock.pass(600);
    outlet.noteOutput(clock.nowMs());
  };
  await set('on');
  expect(told.map((reading) => reading.evidence.kind)).toEqual(['console-spoke']);
});

test('output on its way at power-off is no contradiction, later output is', async () => {
  await set('on');
  await clock.pass(1000);
  outlet.noteOutput(clock.nowMs());
  await set('off');
  await clock.pass(400);
  outlet.noteOutput(clock.nowMs());
  expect(outlet.reading).toMatchObject({ commanded: 'off', known: 'unknown' });
  await clock.pass(200);
  outlet.noteOutput(clock.nowMs());
  expect(outlet.reading).toMatchObject({
    commanded: 'off',
    known: 'on',
    evidence: { kind: 'console-contradicts' },
  });
});

test('silence after power-off is told by itself after three seconds', async () => {
  await set('on');
  await set('off');
  await clock.pass(2900);
  expect(kind()).toBe('none');
  told.length = 0;
  await clock.pass(200);
  expect(told).toMatchObject([{ known: 'unknown', evidence: { kind: 'console-silent' } }]);
  await clock.pass(60_000);
  expect(told).toHaveLength(1);
});

test('a contradiction lasts while the console speaks and ends ten seconds after its last word', async () => {
  await set('off');
  for (let second = 1; second <= 20; second += 1) {
    await clock.pass(1000);
    outlet.noteOutput(clock.nowMs());
  }
  expect(kind()).toBe('console-contradicts');
  await clock.pass(9900);
  expect(kind()).toBe('console-contradicts');
  await clock.pass(200);
  expect(outlet.reading).toMatchObject({ known: 'unknown', evidence: { kind: 'console-silent' } });
  outlet.noteOutput(clock.nowMs());
  expect(kind()).toBe('console-contradicts');
});

test('commanding on what is proved on keeps the proof', async () => {
  await set('on');
  await clock.pass(500);
  outlet.noteOutput(clock.nowMs());
  const { evidence } = outlet.reading;
  await clock.pass(60_000);
  await set('on');
  expect(outlet.reading).toMatchObject({ known: 'on', evidence });
});

test('unplugged is outlet-gone; back again, power is unknown though still commanded', async () => {
  await set('on');
  await clock.pass(500);
  outlet.noteOutput(clock.nowMs());
  node = null;
  outlet.lookAtPort();
  expect(outlet.reading).toMatchObject({
    commanded: 'on',
    known: 'unknown',
    evidence: { kind: 'outlet-gone' },
  });
  node = '/dev/ttyACM1';
  outlet.lookAtPort();
  expect(outlet.reading).toMatchObject({ commanded: 'on', known: 'unknown', evidence: { kind: 'none' } });
  await clock.pass(500);
  outlet.noteOutput(clock.nowMs());
  expect(outlet.reading).toMatchObject({ known: 'on', evidence: { kind: 'console-spoke' } });
});

test('a replug too quick to be seen missing is seen by its new node', async () => {
  await set('on');
  await clock.pass(500);
  outlet.noteOutput(clock.nowMs());
  node = '/dev/ttyACM7';
  outlet.lookAtPort();
  expect(outlet.reading).toMatchObject({
    known: 'unknown',
    evidence: { text: expect.stringContaining('meanwhile') },
  });
});

test('after a replug no LED is set before power was commanded or proved: its byte could switch the board on', async () => {
  const lit: number[] = [];
  driver.setLed = async (led: number) => void lit.push(led);
  await set('on');
  node = '/dev/ttyACM7';
  await expect(outlet.setLed(1, true, signal, () => {})).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(outlet.setLeds([true, false, false], signal, () => {})).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect(lit).toEqual([]);
  await clock.pass(500);
  outlet.noteOutput(clock.nowMs());
  await outlet.setLed(1, true, signal, () => {});
  node = '/dev/ttyACM8';
  await set('off');
  await outlet.setLed(2, true, signal, () => {});
  expect(lit).toEqual([1, 2]);
});

test('a command that never left changes nothing that is known', async () => {
  await set('on');
  await clock.pass(500);
  outlet.noteOutput(clock.nowMs());
  const before = outlet.reading;
  driver.breaks = 'before';
  await expect(set('off')).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  expect(outlet.reading).toEqual(before);
});

test('a command that broke half-way leaves the old command and an honest doubt', async () => {
  await set('on');
  await clock.pass(500);
  outlet.noteOutput(clock.nowMs());
  driver.breaks = 'after';
  await expect(set('off')).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  expect(outlet.reading).toMatchObject({
    commanded: 'on',
    known: 'unknown',
    evidence: { kind: 'none', text: expect.stringContaining('broke off') },
  });
});

test('busy shows while held and is told at both ends', async () => {
  const held = outlet.hold();
  expect(outlet.reading.busy).toBe(true);
  held.dispose();
  held.dispose();
  expect(outlet.reading.busy).toBe(false);
  expect(told.map((reading) => reading.busy)).toEqual([true, false]);
});

test('after dispose nothing is told and nobody is waited for', async () => {
  await set('off');
  outlet.dispose();
  told.length = 0;
  outlet.noteOutput(clock.nowMs() + 1000);
  await clock.pass(10_000);
  expect(told).toEqual([]);
  expect(clock.sleeping).toBe(0);
});
