import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { FakeDriver } from '../../test/fakes/fakeDriver.ts';
import { type BoardId, LabError, type PowerReading, type SwitchState } from '../contract/index.ts';
import { Outlet } from './outlet.ts';

let clock: FakeClock;
let driver: FakeDriver;
let outlet: Outlet;
let told: PowerReading[];

function bind(made: FakeDriver): void {
  driver = made;
  told = [];
  outlet = new Outlet({
    boardId: 'b' as BoardId,
    driver,
    clock,
    audible: () => true,
    onChange: (reading) => told.push(reading),
  });
}
beforeEach(() => {
  clock = new FakeClock();
  bind(new FakeDriver(clock));
});

const never = new AbortController().signal;
const set = (state: SwitchState, signal = never) => outlet.set(state, signal, () => {});

/** A promise and what ends it. */
function gate() {
  let open = () => {};
  const shut = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { shut, open };
}

test('a driver that hangs and heeds no signal is given up, and its late end is looked up', async () => {
  const { shut, open } = gate();
  driver.whileSending = () => shut;
  const stop = new AbortController();
  const hanging = set('on', stop.signal);
  stop.abort(new LabError('TIMEOUT', 'too long'));
  await expect(hanging).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(outlet.reading).toMatchObject({ commanded: null, known: 'off' });
  open();
  await expect.poll(() => outlet.reading).toMatchObject({ commanded: 'on', known: 'on' });
});

test('an answer that comes after a newer question is dropped', async () => {
  await set('on');
  const { shut, open } = gate();
  driver.whileReading = () => shut;
  const late = outlet.refresh();
  driver.whileReading = async () => {};
  await set('off');
  expect(outlet.reading.known).toBe('off');
  open();
  await late;
  expect(outlet.reading.known).toBe('off');
});

test('a driver that says twice that it sends sent one command', async () => {
  driver.announces = 2;
  const announced: string[] = [];
  await outlet.set('on', never, (detail) => announced.push(detail));
  expect(announced).toEqual(['on']);
});

test('an outlet that does the opposite is told as it is, against the command', async () => {
  driver.isContrary = true;
  await set('off');
  expect(outlet.reading).toMatchObject({
    commanded: 'off',
    known: 'on',
    evidence: { kind: 'read-back', text: 'the outlet says it is on, against the command' },
  });
});

test('a failed question makes nothing known, until an answer comes', async () => {
  await set('on');
  driver.whileReading = () => Promise.reject(new Error('no route'));
  expect(await outlet.refresh()).toBe(false);
  expect(outlet.reading).toMatchObject({ known: 'unknown', evidence: { kind: 'none' } });
  driver.whileReading = async () => {};
  expect(await outlet.refresh()).toBe(true);
  expect(outlet.reading.known).toBe('on');
});

test('a button pressed at the outlet is told, and what was heard before says nothing of it', async () => {
  await set('on');
  await clock.pass(500);
  outlet.noteOutput(clock.nowMs());
  expect(outlet.reading.evidence.kind).toBe('console-spoke');
  driver.press('off');
  await clock.pass(100);
  expect(outlet.reading).toMatchObject({ commanded: 'on', known: 'off', evidence: { kind: 'read-back' } });
  await clock.pass(1000);
  outlet.noteOutput(clock.nowMs());
  expect(outlet.reading).toMatchObject({ known: 'on', evidence: { kind: 'console-contradicts' } });
});

test('what it measures stands in the reading, and decides', async () => {
  bind(new FakeDriver(clock, { readBack: false, meter: true }));
  driver.watts = 4.5;
  await set('on');
  expect(outlet.reading).toMatchObject({ known: 'unknown', meter: { watts: 4.5 } });
  await clock.pass(2000);
  await outlet.refresh();
  expect(outlet.reading).toMatchObject({ known: 'on', evidence: { kind: 'meter' } });
  await set('off');
  driver.watts = 0;
  await clock.pass(2000);
  await outlet.refresh();
  expect(outlet.reading).toMatchObject({ known: 'off', evidence: { kind: 'meter' }, meter: { watts: 0 } });
});

test('a boot after power-on is the evidence, once', async () => {
  await set('on');
  await clock.pass(700);
  outlet.noteBoot(clock.nowMs(), 'U-Boot 2024.01');
  await clock.pass(700);
  outlet.noteBoot(clock.nowMs(), 'Booting Linux');
  expect(outlet.reading.evidence).toMatchObject({
    kind: 'boot-banner',
    text: 'a boot began 0.7 s after power-on: U-Boot 2024.01',
  });
});
