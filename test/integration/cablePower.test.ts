import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { BoardsService } from '../../main/boards/index.ts';
import { type BoardId, newBoard, type PowerReading } from '../../main/contract/index.ts';
import { NoticesService } from '../../main/notices/index.ts';
import { PortsService } from '../../main/ports/index.ts';
import { type PowerCommand, PowerService } from '../../main/power/index.ts';
import { FakeCable } from '../fakes/fakeCable.ts';
import { powerParts } from '../fakes/powerParts.ts';
import { type FakeTty, openFakeTty } from '../fakes/ptyPair.ts';

const beagle = 'beagle' as BoardId;
let dir: string;
let cable: FakeCable;
let consoleTty: FakeTty;
let boards: BoardsService;
let power: PowerService;

async function start(): Promise<void> {
  const ports = new PortsService({ logger: silentLogger });
  boards = new BoardsService({ dir, notices: new NoticesService(systemClock), logger: silentLogger });
  await boards.start();
  if (boards.find('virtual-1')) await boards.remove('virtual-1');
  const virtual = { get: () => expect.fail('no virtual board is here') };
  power = new PowerService({
    boards,
    ports,
    virtual,
    ...powerParts(),
    dir,
    clock: systemClock,
    logger: silentLogger,
  });
  await power.start();
}

/** Waits for a reading that `fits`; fails after `timeoutMs`, saying what is read then. */
async function reads(fits: Partial<PowerReading>, timeoutMs = 5000): Promise<PowerReading> {
  await expect.poll(() => power.read(beagle), { timeout: timeoutMs, interval: 20 }).toMatchObject(fits);
  return power.read(beagle);
}

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-cable-'));
  cable = await FakeCable.plugIn();
  consoleTty = await openFakeTty(path.join(dir, 'console'));
  await start();
  await boards.add(
    newBoard.parse({
      name: 'beagle',
      consoles: [{ match: { by: 'device', value: consoleTty.device } }],
      power: { kind: 'acm-cable', match: { by: 'device', value: cable.device } },
    }),
  );
});
afterEach(async () => {
  await power.close();
  await cable.dispose();
  await consoleTty.close();
  await rm(dir, { recursive: true, force: true });
});

test('starting, reading and closing write nothing to the cable', async () => {
  await power.set(beagle, 'on');
  await power.setLed(beagle, 3, true);
  await cable.heard(2);
  for (let restart = 0; restart < 3; restart += 1) {
    await power.close();
    await start();
    power.readings();
  }
  expect(power.read(beagle)).toMatchObject({ commanded: 'on', leds: [false, false, true], known: 'unknown' });
  await power.setLed(beagle, 1, true);
  expect(await cable.heard(3)).toEqual(['1', '9', ';']);
});

test('each command is announced right before its byte, with the byte', async () => {
  const commands: (PowerCommand & { heard: number })[] = [];
  power.onDidCommand((command) => commands.push({ ...command, heard: cable.received.length }));
  await power.set(beagle, 'on');
  await cable.heard(1);
  await power.setLed(beagle, 2, true);
  await cable.heard(2);
  await power.cycle(beagle, 50);
  expect(await cable.heard(4)).toEqual(['1', '5', '4', '5']);
  expect(commands.map(({ what, heard }) => [what, heard])).toEqual([
    ['on', 0],
    ['led', 1],
    ['off', 2],
    ['on', 3],
  ]);
  expect(commands[1]?.detail).toMatch(/^LED 2 on: '5' to \/dev\/pts\/\d+$/);
});

test('a hundred commands at once all arrive, in order, each with the whole mask', async () => {
  await power.set(beagle, 'on');
  const wanted: string[] = ['1'];
  await Promise.all(
    Array.from({ length: 100 }, (_, index) => {
      wanted.push(index % 2 === 0 ? '3' : '1');
      return power.setLed(beagle, 1, index % 2 === 0);
    }),
  );
  expect(await cable.heard(101)).toEqual(wanted);
});

test('a refused command is not announced and leaves what was commanded', async () => {
  await power.set(beagle, 'on');
  const commands: PowerCommand[] = [];
  power.onDidCommand((command) => commands.push(command));
  await cable.unplug();
  await expect(power.set(beagle, 'off')).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  expect(power.read(beagle)).toMatchObject({
    commanded: 'on',
    known: 'unknown',
    evidence: { kind: 'outlet-gone' },
    busy: false,
  });
  expect(commands).toEqual([]);
});

test('pulling and plugging the cable is seen by itself', async () => {
  await power.set(beagle, 'on');
  await cable.heard(1);
  await cable.unplug();
  await reads({ evidence: expect.objectContaining({ kind: 'outlet-gone' }) });
  await cable.replug();
  await reads({
    commanded: 'on',
    known: 'unknown',
    evidence: expect.objectContaining({ text: expect.stringContaining('unplugged meanwhile') }),
  });
  expect(cable.received).toEqual(['1']);
});

test('a cable bound anew to another board brings its mask along', async () => {
  await power.set(beagle, 'on');
  await boards.update('beagle', { power: null });
  expect(power.read(beagle)).toMatchObject({ switchable: false });
  await boards.add(
    newBoard.parse({
      name: 'next',
      power: { kind: 'acm-cable', match: { by: 'device', value: cable.device } },
    }),
  );
  await power.setLed('next' as BoardId, 1, true);
  expect(await cable.heard(2)).toEqual(['1', '3']);
});

const uboot = '/usr/lib/u-boot/qemu_arm64/u-boot.bin';
const hasQemu = existsSync(uboot) && spawnSync('qemu-system-aarch64', ['--version']).status === 0;

describe.skipIf(!hasQemu)('a real U-Boot whose supply is the cable', () => {
  let machine: ChildProcessWithoutNullStreams | null = null;
  let printed = '';

  beforeEach(() => {
    printed = '';
    cable.onPower((on) => {
      machine?.kill('SIGKILL');
      machine = on ? powerUp() : null;
    });
  });
  afterEach(() => {
    machine?.kill('SIGKILL');
    machine = null;
  });

  function powerUp(): ChildProcessWithoutNullStreams {
    const args = '-M virt -cpu cortex-a57 -m 128 -nic none -display none -monitor none -serial stdio -bios';
    const child = spawn('qemu-system-aarch64', [...args.split(' '), uboot], { stdio: 'pipe' });
    child.stdin.on('error', () => {});
    child.stdout.on('data', (bytes: Buffer) => {
      printed += bytes.toString('latin1');
      power.noteOutput(beagle, systemClock.nowMs());
    });
    return child;
  }

  test('on brings its banner and the proof, LEDs leave it running, off ends it', {
    timeout: 60_000,
  }, async () => {
    expect(await power.set(beagle, 'on')).toMatchObject({ commanded: 'on' });
    await expect.poll(() => printed, { timeout: 30_000 }).toMatch(/U-Boot 20\d\d/);
    expect((await reads({ known: 'on' })).evidence).toMatchObject({
      kind: 'console-spoke',
      text: expect.stringMatching(/^the console spoke \d+\.\d s after power-on$/),
    });

    const prompt = () => {
      if (!printed.endsWith('=> ')) machine?.stdin.write('\r');
      return printed.endsWith('=> ');
    };
    await expect.poll(prompt, { timeout: 30_000, interval: 500 }).toBe(true);
    const { pid } = machine ?? {};
    for (const led of [1, 2, 3]) await power.setLed(beagle, led, true);
    expect(await cable.heard(4)).toEqual(['1', '3', '7', '?']);
    printed = '';
    machine?.stdin.write('version\r');
    await expect.poll(() => printed, { timeout: 10_000 }).toMatch(/U-Boot 20\d\d/);
    expect(machine?.pid).toBe(pid);

    expect(await power.set(beagle, 'off')).toMatchObject({ commanded: 'off', known: 'unknown' });
    await cable.heard(5);
    expect(machine).toBeNull();
    expect(cable.leds).toEqual([true, true, true]);
    await reads({ known: 'unknown', evidence: expect.objectContaining({ kind: 'console-silent' }) });
  });

  test('a board that runs on after power-off is shown on, against the command', {
    timeout: 60_000,
  }, async () => {
    await power.set(beagle, 'on');
    await expect.poll(() => printed, { timeout: 30_000 }).toMatch(/U-Boot 20\d\d/);
    // A relay that sticks: the cable takes the byte, the supply stays.
    const running = machine;
    machine = null;
    const chatter = setInterval(() => running?.stdin.write('\r'), 100);
    try {
      await power.set(beagle, 'off');
      await reads({
        commanded: 'off',
        known: 'on',
        evidence: expect.objectContaining({ kind: 'console-contradicts' }),
      });
    } finally {
      clearInterval(chatter);
      running?.kill('SIGKILL');
    }
  });
});
