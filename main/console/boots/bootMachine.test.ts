import { expect, test } from 'vitest';
import type { Boot } from '../../contract/index.ts';
import { type BootFault, BootMachine, emptyBootState } from './bootMachine.ts';
import { StageTable } from './stageTable.ts';

const table = new StageTable();

/** A board whose lines come one every 100 ms, and a host clock that a test may set. */
class Bench {
  readonly boots = new Map<number, Boot>();
  readonly faults: BootFault[] = [];
  readonly machine = new BootMachine(table, emptyBootState, {
    change: (boot) => this.boots.set(boot.bootId, boot),
    fault: (fault) => this.faults.push(fault),
  });
  #offset = 0;
  #steadyMs = 0;
  clockAheadMs = 1_700_000_000_000;

  wait(ms: number): this {
    this.#steadyMs += ms;
    return this;
  }

  power(on: boolean): this {
    this.machine.power(on, this.#offset, this.#moment);
    return this;
  }

  type(): this {
    this.machine.typed(this.#moment);
    return this;
  }

  prints(...lines: readonly string[]): this {
    for (const text of lines) {
      this.#steadyMs += 100;
      this.machine.line({ offset: this.#offset, text, unfinished: false }, this.#moment);
      this.#offset += text.length + 2;
    }
    return this;
  }

  asks(prompt: string): this {
    this.machine.line({ offset: this.#offset, text: prompt, unfinished: true }, this.#moment);
    return this;
  }

  /** `u-boot kernel login` of each boot. */
  get summary(): string[] {
    return [...this.boots.values()].map(
      ({ begun, outcome, stages }) => `${begun} ${outcome}: ${stages.map(({ stage }) => stage).join(' ')}`,
    );
  }

  get #moment() {
    return { atMs: this.clockAheadMs + this.#steadyMs, steadyMs: this.#steadyMs };
  }
}

const uboot = 'U-Boot 2024.01 (Jan 10 2024 - 12:00:00 +0000)';
const spl = 'U-Boot SPL 2024.01 (Jan 10 2024 - 12:00:00 +0000)';
const kernel = [
  '[    0.000000] Booting Linux on physical CPU 0x0',
  '[    0.000000] Linux version 6.6.0 (x@y)',
];
const linux = [
  'Starting kernel ...',
  ...kernel,
  '[    2.1] Run /sbin/init as init process',
  'Welcome to Debian',
];

test('a boot from power-on to login has its stages, their durations, and is good', () => {
  const bench = new Bench()
    .power(true)
    .prints(spl, 'noise', uboot, ...linux)
    .asks('host login: ');
  expect(bench.summary).toEqual(['power-on good: spl u-boot kernel userspace login']);
  const [boot] = bench.boots.values();
  expect(boot?.stages.map(({ durationMs }) => durationMs)).toEqual([200, 100, 300, 100, null]);
  expect(boot?.stages[2]).toMatchObject({ text: 'Starting kernel ...', fault: false });
});

test.each([
  [
    'TI K3, where SPL runs on two kinds of cores',
    [spl, 'NOTICE:  BL31: v2.10.0', 'I/TC: OP-TEE version: 4.0', spl, uboot],
    'spl tf-a-bl31 op-tee spl u-boot',
  ],
  ['Rockchip', ['DDR V1.18 f366f69a7d', spl, 'NOTICE:  BL31: v2.3', uboot], 'boot-rom spl tf-a-bl31 u-boot'],
  [
    'Amlogic',
    ['GXL:BL1:9ac50e:bb16dc;FEAT:ADFD318C:0', 'BL2 Built : 15:22', 'NOTICE:  BL31: v1.3', uboot],
    'boot-rom tf-a-bl2 tf-a-bl31 u-boot',
  ],
  [
    'STM32MP1',
    ['NOTICE:  CPU: STM32MP157CAC Rev.B', 'NOTICE:  BL2: v2.8', 'I/TC: OP-TEE version: 3.19', uboot],
    'tf-a-bl2 op-tee u-boot',
  ],
  ['Allwinner', [spl, 'NOTICE:  BL31: v2.9', uboot, ...kernel], 'spl tf-a-bl31 u-boot kernel'],
  ['Raspberry Pi', ['RPi: BOOTSYS release VERSION:8ba17717 DATE', ...kernel], 'boot-rom kernel'],
  ['barebox', ['barebox 2023.08.0 #1 Thu Aug 10', ...kernel], 'barebox kernel'],
  [
    'ESP32-S3',
    [
      'ESP-ROM:esp32s3-20210327',
      'I (24) boot: ESP-IDF v5.1 2nd stage bootloader',
      'I (3) main_task: Calling app_main()',
    ],
    'boot-rom spl app',
  ],
  ['Zephyr', ['*** Booting Zephyr OS build v3.6.0 ***'], 'zephyr'],
  ['MicroPython', ['MicroPython v1.22.1 on 2024-01-05; Raspberry Pi Pico'], 'micropython'],
])('%s is one boot', (_, lines, stages) => {
  expect(new Bench().power(true).prints(...lines).summary).toEqual([
    expect.stringMatching(new RegExp(`^power-on (running|good): ${stages}$`)),
  ]);
});

test('a restart without a word begins a boot and is a fault', () => {
  const bench = new Bench()
    .power(true)
    .prints(uboot, ...linux, 'host login: root')
    .wait(60_000)
    .prints(spl, uboot);
  expect(bench.summary).toEqual([
    'power-on good: u-boot kernel userspace login reset',
    'banner running: spl u-boot',
  ]);
  expect(bench.faults).toMatchObject([{ kind: 'reset', orderly: false, boot: { bootId: 1 } }]);
});

test('a restart the board announced is said more softly, and only once', () => {
  const bench = new Bench().power(true).prints(uboot, ...linux, '[  9.1] reboot: Restarting system', uboot);
  expect(bench.faults).toMatchObject([{ kind: 'reset', orderly: true }]);
  expect(bench.boots.size).toBe(2);
});

test('a panic is one fault, whatever follows it', () => {
  const bench = new Bench()
    .power(true)
    .prints(
      uboot,
      ...linux,
      '[  3.0] Unable to handle kernel NULL pointer dereference at virtual address 0',
      '[  3.0] Internal error: Oops: 96000004 [#1] SMP',
      '[  3.1] Kernel panic - not syncing: Fatal exception',
      '[  3.1] ---[ end Kernel panic - not syncing: Fatal exception ]---',
      '[  3.2] Rebooting in 5 seconds..',
      uboot,
    );
  expect(bench.faults.map(({ kind }) => kind)).toEqual(['oops', 'panic']);
  expect(bench.summary[0]).toMatch(/^power-on failed: .* oops panic reset$/);
  expect(bench.boots.size).toBe(2);
});

test('power off and on is no fault, and ends one boot and begins the next', () => {
  const bench = new Bench().power(true).prints(uboot).power(false).prints('tail').power(true).prints(uboot);
  expect(bench.summary).toEqual(['power-on short: u-boot', 'power-on running: u-boot']);
  expect(bench.faults).toEqual([]);
});

test('what a command prints begins no boot', () => {
  const bench = new Bench()
    .power(true)
    .prints(uboot, ...linux, 'root@host:~# dmesg')
    .wait(20_000);
  bench.type().prints(...kernel, uboot);
  expect(bench.boots.size).toBe(1);
  expect(bench.faults).toEqual([]);
  expect(bench.summary[0]).toBe('power-on good: u-boot kernel userspace shell');
});

test('a kernel log that a script prints long after the last key begins no boot', () => {
  const bench = new Bench()
    .power(true)
    .prints(uboot, ...linux)
    .asks('host login: ')
    .prints('host login: root', 'root@host:~# ./run-tests.sh')
    .type()
    .prints('<LAVA_SIGNAL_STARTRUN 0_smoke 1234_1.1>', '+ dmesg')
    .wait(4_000)
    .prints(...kernel, '[    2.1] Run /sbin/init as init process', '[   40.2] Internal error: Oops: 96000004')
    .wait(4_000)
    .prints('+ dmesg', ...kernel, '<LAVA_SIGNAL_ENDRUN 0_smoke 1234_1.1>');
  expect(bench.boots.size).toBe(1);
  expect(bench.faults.map(({ kind }) => kind)).toEqual(['oops']);
});

test.each([
  ['an announced restart', '[   99.1] reboot: Restarting system'],
  ['a panic', '[   99.1] Kernel panic - not syncing: dead'],
])('a kernel behind %s begins a boot, though no bootloader says a word', (_, last) => {
  const bench = new Bench().power(true).prints(...linux, 'root@host:~# x', last, ...kernel);
  expect(bench.boots.size).toBe(2);
});

test('a restart of which neither kernel nor bootloader says a word is not seen', () => {
  const bench = new Bench().power(true).prints(...linux, 'root@host:~# x');
  bench.wait(60_000).prints(...kernel, '[    2.1] Run /sbin/init as init process');
  expect(bench.boots.size).toBe(1);
});

test('a reset typed by hand does begin one', () => {
  const bench = new Bench().power(true).prints(uboot).wait(20_000).type().prints('resetting ...', uboot);
  expect(bench.summary).toEqual(['power-on short: u-boot reset', 'banner running: u-boot']);
});

test('a host clock that is set in mid-boot changes no duration', () => {
  const bench = new Bench().power(true).prints(uboot);
  bench.clockAheadMs -= 3_600_000;
  bench.prints(...linux);
  const [boot] = bench.boots.values();
  expect(boot?.stages[0]?.durationMs).toBe(100);
});

test('a prompt that comes back after every logout adds nothing', () => {
  const bench = new Bench().power(true).prints(uboot, ...kernel);
  for (let round = 0; round < 5; round += 1)
    bench.asks('host login: ').prints('host login: root', 'root@host:~# exit');
  expect(bench.summary).toEqual(['power-on good: u-boot kernel login shell']);
});
