import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { type CablePower, cablePower } from '../../main/contract/index.ts';
import { NoticesService } from '../../main/notices/index.ts';
import { PortsService } from '../../main/ports/index.ts';
import { AcmCable } from '../../main/power/drivers/acmCable.ts';
import { openCableLine } from '../../main/power/drivers/cableLine.ts';
import { describePowerDriver } from '../../main/power/drivers/powerDriver.suite.ts';
import { OutletMemory } from '../../main/power/outletMemory.ts';
import { FakeCable, type FakeCableOptions } from '../fakes/fakeCable.ts';

const never = new AbortController().signal;

class Bench {
  readonly dir: string;
  readonly cable: FakeCable;
  readonly ports = new PortsService({ logger: silentLogger });
  readonly notices = new NoticesService(systemClock);

  private constructor(dir: string, cable: FakeCable) {
    this.dir = dir;
    this.cable = cable;
  }

  static async make(options: FakeCableOptions = {}): Promise<Bench> {
    return new Bench(await mkdtemp(path.join(tmpdir(), 'labdeck-driver-')), await FakeCable.plugIn(options));
  }

  /** The driver as Labdeck makes it when it starts. */
  async start(dialect: Partial<Pick<CablePower, 'bitOrder' | 'digits' | 'newline'>> = {}): Promise<AcmCable> {
    const memory = new OutletMemory({ dir: this.dir, logger: silentLogger, notices: this.notices });
    await memory.load();
    const match = { by: 'device' as const, value: this.cable.device };
    return new AcmCable(cablePower.parse({ kind: 'acm-cable', match, ...dialect }), {
      ports: this.ports,
      memory,
      clock: systemClock,
    });
  }

  get stateFile(): string {
    return path.join(this.dir, 'power-state.json');
  }

  async dispose(): Promise<void> {
    await this.cable.dispose();
    await rm(this.dir, { recursive: true, force: true });
  }
}

for (const bitOrder of ['lsb', 'msb'] as const)
  for (const digits of ['ascii', 'hex'] as const)
    for (const newline of [false, true]) {
      const dialect = { bitOrder, digits, newline };
      describePowerDriver(`acm-cable ${bitOrder} ${digits}${newline ? ' newline' : ''}`, async () => {
        const bench = await Bench.make(dialect);
        const { cable } = bench;
        let sent = 0;
        const start = async () => {
          const driver = await bench.start(dialect);
          const { set, setLed, setLeds } = driver;
          driver.set = async (...given) => {
            await set.apply(driver, given);
            sent += 1;
          };
          driver.setLed = async (...given) => {
            await setLed.apply(driver, given);
            sent += 1;
          };
          driver.setLeds = async (...given) => {
            await setLeds.apply(driver, given);
            sent += 1;
          };
          return driver;
        };
        return {
          driver: await start(),
          actual: async () => {
            // The last byte is with the kernel; the device gets it a moment later.
            await cable.heard(sent);
            return { power: cable.power, leds: cable.leds };
          },
          commands: () => cable.received.length + cable.garbage.length,
          restart: start,
          dispose: () => bench.dispose(),
        };
      });
    }

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.make();
});
afterEach(() => bench.dispose());

test('power and three LEDs are one digit each time, and nothing else is ever written', async () => {
  const driver = await bench.start();
  await driver.set('on', never);
  await driver.setLed(1, true, never);
  await driver.setLed(2, true, never);
  await driver.setLed(3, true, never);
  await driver.set('off', never);
  expect(await bench.cable.heard(5)).toEqual(['1', '3', '7', '?', '>']);
  expect(bench.cable.garbage).toEqual([]);
});

test('an LED is refused before the first power command: its byte would switch power', async () => {
  const driver = await bench.start();
  await expect(driver.setLed(1, true, never)).rejects.toMatchObject({
    code: 'CONFLICT',
    data: { hint: expect.stringContaining('Switch power') },
  });
  expect(existsSync(bench.stateFile)).toBe(false);
  expect(bench.cable.received).toEqual([]);
});

test('in another dialect what was commanded before says nothing', async () => {
  await (await bench.start()).set('on', never);
  expect((await bench.start({ bitOrder: 'msb' })).commanded.state).toBeNull();
  expect((await bench.start()).commanded.state).toBe('on');
});

test('an unplugged cable is DEVICE_GONE, keeps what was commanded, and works again when plugged in', async () => {
  const driver = await bench.start();
  await driver.set('on', never);
  await bench.cable.heard(1);
  await bench.cable.unplug();
  await expect(driver.set('off', never)).rejects.toMatchObject({
    code: 'DEVICE_GONE',
    message: expect.stringContaining('is not plugged in'),
  });
  expect(driver.commanded.state).toBe('on');
  expect(driver.doubt).toBeNull();
  await bench.cable.replug();
  await driver.setLed(1, true, never);
  expect((await bench.cable.heard(2)).at(-1)).toBe('3');
});

test('a cable pulled while it is written is DEVICE_GONE and leaves doubt, which only power ends', async () => {
  const driver = await bench.start();
  await driver.set('off', never);
  await bench.cable.hang();
  let refused: Promise<void> = Promise.resolve();
  await new Promise<void>((sending) => {
    refused = expect(driver.set('on', never, () => sending())).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  });
  await sleep(100);
  await bench.cable.unplug();
  await refused;
  expect(driver.commanded.state).toBe('off');
  expect(driver.doubt).not.toBeNull();
  await bench.cable.replug();
  await expect(driver.setLed(1, true, never)).rejects.toMatchObject({ code: 'CONFLICT' });
  await driver.set('off', never);
  await driver.setLed(1, true, never);
  expect((await bench.cable.heard(3)).slice(-2)).toEqual(['0', '2']);
});

test('a cable that takes nothing is TIMEOUT after two seconds, and gets nothing late when it recovers', async () => {
  const driver = await bench.start();
  await driver.set('off', never);
  await bench.cable.hang();
  const startMs = performance.now();
  await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(performance.now() - startMs).toBeGreaterThan(1900);
  expect(performance.now() - startMs).toBeLessThan(8000);
  bench.cable.recover();
  await sleep(200);
  expect(bench.cable.power).toBe(false);
  await driver.set('on', never);
  await bench.cable.heard(2);
  expect(bench.cable.power).toBe(true);
});

test('a cable another program has locked is DEVICE_BUSY and names it', async () => {
  const driver = await bench.start();
  const script = 'echo locked; exec sleep 30';
  const holder = spawn('flock', ['--nonblock', bench.cable.device, 'sh', '-c', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  try {
    await once(holder.stdout, 'data');
    // flock's own child inherits the open node, so either may be named first.
    await expect(driver.set('on', never)).rejects.toMatchObject({
      code: 'DEVICE_BUSY',
      message: expect.stringMatching(/in use by (flock|sleep 30|sh ).*\(pid \d+\)/),
    });
    expect(driver.commanded.state).toBeNull();
  } finally {
    // Its own process group, so its child goes too.
    if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
  }
  expect(bench.cable.received).toEqual([]);
});

test('a cable we may not open is PERMISSION_DENIED with the command that helps', async () => {
  const denied = new PortsService({
    logger: silentLogger,
    identity: async () => ({
      user: 'robin',
      processGids: [],
      groups: await readFile('/etc/group', 'utf8'),
      mayUse: () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })),
    }),
  });
  const error = await denied.explainOpenFailure('/dev/ptmx', new Error('open failed'));
  expect(error.code).toBe('PERMISSION_DENIED');
  expect(error.message).toContain('robin may not open');
});

test('a crash between intent and byte, or between byte and memory, is doubt: no LED may move power', async () => {
  const first = await bench.start();
  await first.set('on', never);
  const kept = JSON.parse(await readFile(bench.stateFile, 'utf8')) as {
    cables: Record<string, { intent: unknown }>;
  };
  for (const record of Object.values(kept.cables))
    record.intent = { state: 'off', leds: [false, false, false] };
  await writeFile(bench.stateFile, JSON.stringify(kept));
  const driver = await bench.start();
  expect(driver.doubt).not.toBeNull();
  expect(driver.commanded.state).toBe('on');
  await expect(driver.setLed(2, true, never)).rejects.toMatchObject({ code: 'CONFLICT' });
  await driver.set('on', never);
  expect(driver.doubt).toBeNull();
  await driver.setLed(2, true, never);
  expect(await bench.cable.heard(3)).toEqual(['1', '1', '5']);
});

test('the intent is on the disk before the byte leaves', async () => {
  const driver = await bench.start();
  await driver.set('off', never);
  let atSend = '';
  await driver.set('on', never, () => {
    atSend = readFileSync(bench.stateFile, 'utf8');
  });
  expect(Object.values(JSON.parse(atSend).cables)).toMatchObject([{ state: 'off', intent: { state: 'on' } }]);
  const after = JSON.parse(await readFile(bench.stateFile, 'utf8'));
  expect(Object.values(after.cables)).toMatchObject([{ state: 'on', intent: null }]);
});

test('a damaged memory is kept, told, and makes the cable unknown instead of guessed', async () => {
  await (await bench.start()).set('on', never);
  await writeFile(bench.stateFile, '{"version":1,"cables":{');
  const driver = await bench.start();
  expect(driver.commanded.state).toBeNull();
  const kept = (await readdir(bench.dir)).find((name) => name.startsWith('power-state.damaged-'));
  expect(bench.notices.list()[0]?.text).toContain(kept);
});

test('where nothing can be saved power still switches, and an old mask is not left to be believed', async () => {
  const driver = await bench.start();
  await driver.set('on', never);
  await mkdir(`${bench.stateFile}.tmp-${process.pid}`);
  await driver.set('off', never);
  expect(await bench.cable.heard(2)).toEqual(['1', '0']);
  expect(existsSync(bench.stateFile)).toBe(false);
  expect(bench.notices.list()).toMatchObject([{ noticeId: 'power-state-unsaved' }]);
  await rm(`${bench.stateFile}.tmp-${process.pid}`, { recursive: true });
  await driver.set('on', never);
  expect((await bench.start()).commanded.state).toBe('on');
  expect(bench.notices.list()).toEqual([]);
});

test('commands in a row are not lost when the cable has not read the last yet', async () => {
  const { device } = bench.ports.locate({ by: 'device', value: bench.cable.device });
  bench.cable.pause();
  const sent = [...'0123456789'];
  for (const digit of sent) {
    const line = await openCableLine(device, never);
    await line.send(digit, never);
    await line.close();
  }
  bench.cable.recover();
  expect(await bench.cable.heard(sent.length)).toEqual(sent);
});

test('the port is free for others between commands', async () => {
  const driver = await bench.start();
  await driver.set('on', never);
  expect(await bench.ports.holders(bench.cable.device)).toEqual([]);
  const fds = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  expect(fds).not.toContain(bench.ports.resolve({ by: 'device', value: bench.cable.device })?.device);
});
