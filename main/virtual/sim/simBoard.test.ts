import { afterEach, beforeEach, expect, test } from 'vitest';
import { never, Operator, TestBench } from '../testBench.ts';

let bench: TestBench;
let operator: Operator;
beforeEach(async () => {
  bench = await TestBench.create();
  operator = new Operator(bench.startCore().get('one', 'sim'), bench.clock);
});
afterEach(() => bench.dispose());

test('power on says that it is a simulation, counts two seconds down, and ends at a login', async () => {
  await operator.board.setPower('on', never);
  await bench.clock.advance(1000);
  expect(operator.printed).toContain('\r\nU-Boot 2026.07 (Labdeck sim)\r\n');
  expect(operator.printed).toMatch(/Hit any key to stop autoboot: {2}2 $/);
  await bench.clock.advance(1000);
  expect(operator.printed.endsWith('\b\b\b 1 ')).toBe(true);
  await bench.clock.advance(1000);
  expect(operator.printed).toContain('Starting kernel ...');
  expect(operator.printed).toMatch(/\[ {4}0\.\d{6}\] /);
  await bench.clock.advance(2000);
  expect(operator.printed).toMatch(/\r\nsim login: $/);
});

test('a key during the countdown gives the prompt, and that key is no command', async () => {
  await operator.toBootloader();
  expect(operator.printed).toMatch(/ 2 \r\n=> $/);
  expect(await operator.ask('version')).toMatch(
    /^version\r\nU-Boot 2026\.07 \(Labdeck sim\)\r\n[\s\S]*\r\n=> $/,
  );
  await bench.clock.advance(20_000);
  expect(operator.printed).not.toContain('Starting kernel');
});

test('power off ends output at once, in the middle of a line', async () => {
  await operator.toShell();
  await operator.type('yes all work and no play\r');
  await bench.clock.advance(1000);
  while (operator.printed.endsWith('\n')) await bench.clock.advance(20);
  await operator.board.setPower('off', never);
  const atOff = operator.printed;
  await bench.clock.advance(10_000);
  expect(operator.printed).toBe(atOff);
  expect(operator.board.cable.state).toBe('off');
});

test('what is typed at a board that is off is refused, and not read later', async () => {
  await expect(operator.type('x')).rejects.toMatchObject({ code: 'POWERED_OFF' });
  await operator.board.setPower('on', never);
  await bench.clock.advance(5000);
  expect(operator.printed).toMatch(/sim login: $/);
});

test('switching on what is on resets nothing', async () => {
  await operator.toBootloader();
  const before = operator.printed;
  await operator.board.setPower('on', never);
  await bench.clock.advance(5000);
  expect(operator.printed).toBe(before);
});

test('output runs at the speed of a 115200 baud line', async () => {
  await operator.toShell();
  await operator.type('yes\r');
  await bench.clock.advance(1000);
  const before = operator.printed.length;
  await bench.clock.advance(10_000);
  const bytes = operator.printed.length - before;
  expect(bytes).toBeGreaterThan(114_000);
  expect(bytes).toBeLessThanOrEqual(115_200 + 240);
});

test('an echo does not wait for the clock', async () => {
  await operator.toBootloader();
  await operator.type('v');
  expect(operator.printed.endsWith('=> v')).toBe(true);
});

test('Ctrl-C stops a flood, a wait, and what was to follow', async () => {
  await operator.toShell();
  await operator.type('yes\r');
  await bench.clock.advance(2000);
  expect(await operator.ask('\x03echo here', 500)).toMatch(
    /\^C\r\nroot@sim:~# echo here\r\nhere\r\n[\s\S]*# $/,
  );
  await operator.type('sleep 100; echo never\r');
  await bench.clock.advance(500);
  await operator.type('\x03');
  await bench.clock.advance(200_000);
  expect(operator.printed).not.toMatch(/\nnever/);
});

test('64 KiB pasted at once are read in order, none is lost', async () => {
  await operator.toBootloader();
  const lines = Array.from({ length: 4096 }, (_, i) => `echo line-${String(i).padStart(5, '0')}`);
  await operator.type(lines.map((line) => `${line}\n`).join(''));
  await bench.clock.advance(30_000);
  const heard = [...operator.printed.matchAll(/^line-(\d{5})\r$/gm)].map((match) => Number(match[1]));
  expect(heard).toEqual(lines.map((_, i) => i));
});

test('no byte does harm, in any mode', async () => {
  const all = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  await operator.toBootloader();
  await operator.type(all.repeat(4));
  await bench.clock.advance(2000);
  expect(await operator.ask('\x03version')).toContain('U-Boot 2026.07');
  await operator.ask('boot', 5000);
  await operator.type(all.repeat(4));
  await bench.clock.advance(10_000);
  await operator.ask('\x03\rroot');
  expect(await operator.ask('uname')).toContain('\r\nLinux\r\n');
});

test('more than the board can hold is refused as a whole', async () => {
  await operator.toBootloader();
  const tooMuch = 'x'.repeat(300 * 1024);
  await expect(operator.type(tooMuch)).rejects.toMatchObject({ code: 'DEVICE_BUSY' });
  expect(await operator.ask('version')).toContain('U-Boot 2026.07');
});

test('a wall clock set back an hour does not hold a boot up', async () => {
  await operator.board.setPower('on', never);
  await bench.clock.advance(1500);
  bench.clock.jump(-3_600_000);
  await bench.clock.advance(6000);
  expect(operator.printed).toMatch(/sim login: $/);
});

test('LEDs and power do not touch each other', async () => {
  const { board } = operator;
  await board.setLed(2, true);
  expect(board.cable).toMatchObject({ state: 'off', leds: [false, true, false] });
  await board.setPower('on', never);
  await board.setLed(3, true);
  await board.setPower('off', never);
  expect(board.cable).toMatchObject({ state: 'off', leds: [false, true, true] });
  expect(board.cable.commandedAtMs).toBe(bench.clock.nowMs());
  await expect(board.setLed(4, true)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('64 busy boards share one timer', async () => {
  const core = bench.startCore();
  const all = Array.from({ length: 64 }, (_, i) => new Operator(core.get(`b${i}`, 'sim'), bench.clock));
  bench.clock.maxSleepers = 0;
  await Promise.all(all.map(({ board }) => board.setPower('on', never)));
  await bench.clock.advance(5000);
  expect(all.every(({ printed }) => printed.endsWith('sim login: '))).toBe(true);
  expect(bench.clock.maxSleepers).toBe(1);
});
