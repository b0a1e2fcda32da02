import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PrintEmitter } from './printEmitter.ts';
import { never, Operator, TestBench } from './testBench.ts';

let bench: TestBench;
beforeEach(async () => {
  bench = await TestBench.create();
});
afterEach(() => bench.dispose());

/** A new core on the same folder, as after a SIGKILL: nothing of the old one was closed. */
function restart(key = 'one'): Operator {
  return new Operator(bench.startCore().get(key, 'sim'), bench.clock);
}

test('a board is one object until it is removed', async () => {
  const core = bench.startCore();
  const board = core.get('one', 'sim');
  expect(core.get('one', 'sim')).toBe(board);
  expect(() => core.get('one', 'qemu')).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
  expect(() => core.get('../one', 'sim')).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  await core.remove('one');
  expect(core.get('one', 'sim')).not.toBe(board);
});

test('a new board is off, dark, and was never commanded', () => {
  expect(bench.startCore().get('one', 'sim').cable).toEqual({
    state: 'off',
    commandedAtMs: null,
    leds: [false, false, false],
  });
});

test('a core killed at the bootloader prompt: the board goes on there, without a word', async () => {
  const before = restart();
  await before.toBootloader();
  await before.ask('setenv mine 1');
  await before.board.setLed(1, true);
  await before.remembered();
  const { cable } = before.board;
  const after = restart();
  await bench.clock.advance(10_000);
  expect(after.printed).toBe('');
  expect(after.board.cable).toEqual(cable);
  expect(await after.ask('printenv mine')).toBe('printenv mine\r\nmine=1\r\n=> ');
});

test('a core killed while a user is logged in: the shell is still there and uptime goes on', async () => {
  const before = restart();
  await before.toShell();
  await before.remembered();
  await bench.clock.advance(60_000);
  const after = restart();
  const uptime = Number(/\n([\d.]+) /.exec(await after.ask('cat /proc/uptime'))?.[1]);
  expect(uptime).toBeGreaterThan(60);
});

test.each([500, 1500, 3000])(
  'a core killed %i ms after power-on: the boot still ends at a login',
  async (ms) => {
    const before = restart();
    await before.board.setPower('on', never);
    await bench.clock.advance(ms);
    const after = restart();
    await bench.clock.advance(6000);
    expect(after.printed).toMatch(/sim login: $/);
    expect(after.printed).not.toContain('U-Boot SPL');
  },
);

test('a clean quit turns boards off and keeps their LEDs', async () => {
  const core = bench.startCore();
  const board = core.get('one', 'sim');
  await board.setLed(3, true);
  await board.setPower('on', never);
  await core.close();
  expect(board.cable.state).toBe('off');
  const after = restart();
  await bench.clock.advance(5000);
  expect(after.printed).toBe('');
  expect(after.board.cable).toMatchObject({ state: 'off', leds: [false, false, true] });
});

test('a removed board is forgotten, and the old object does nothing any more', async () => {
  const core = bench.startCore();
  const old = core.get('one', 'sim');
  await old.setLed(1, true);
  await old.setPower('on', never);
  await core.remove('one');
  expect(await readdir(bench.dir)).toEqual([]);
  await expect(old.setPower('on', never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(old.type(Buffer.from('x'))).rejects.toMatchObject({ code: 'POWERED_OFF' });
  expect(core.get('one', 'sim').cable).toMatchObject({ state: 'off', leds: [false, false, false] });
  await core.remove('unknown');
});

test('a damaged state file is set aside, and the board is off', async () => {
  await writeFile(join(bench.dir, 'one.json'), '{"version":1,"power":"o');
  expect(restart().board.cable.state).toBe('off');
  expect(existsSync(join(bench.dir, 'one.json.damaged'))).toBe(true);
});

test('commands in one breath are all on disk when they resolve', async () => {
  const { board } = restart();
  await Promise.all([board.setLed(1, true), board.setPower('on', never), board.setLed(2, true)]);
  expect(restart().board.cable).toMatchObject({ state: 'on', leds: [true, true, false] });
});

test('what is printed before anybody listens waits for the first listener', async () => {
  const delivered: number[] = [];
  const printed = new PrintEmitter(4, (bytes) => delivered.push(bytes));
  const heard: string[] = [];
  for (const text of ['ab', 'cd', 'ef']) printed.fire(Buffer.from(text));
  expect(delivered).toEqual([2]); // the oldest had to go
  printed.event((bytes) => heard.push(Buffer.from(bytes).toString()));
  printed.fire(Buffer.from('gh'));
  await Promise.resolve();
  printed.fire(Buffer.from('ij'));
  expect(heard.join('')).toBe('efghij');
});
