/** Text that appears `atMs` after its phase began. */
export interface Step {
  readonly atMs: number;
  readonly text: string;
}

export const ubootVersion = 'U-Boot 2026.07 (Labdeck sim)';
export const kernelVersion = '6.18.0-sim';
export const kernelBuild = '#1 SMP Labdeck sim (not a real kernel)';

/** What a power-on or reset prints before the countdown. */
export const bannerScript: readonly Step[] = [
  { atMs: 20, text: '\nU-Boot SPL 2026.07 (Labdeck sim)\nDRAM training: skipped, there is no DRAM\n' },
  { atMs: 80, text: 'Trying to boot from imagination\n\n' },
  { atMs: 150, text: `\n${ubootVersion}\n\nModel: Labdeck simulated board, no hardware involved\n` },
  { atMs: 220, text: 'DRAM:  128 MiB\nCore:  4 devices, 3 uclasses\n' },
  { atMs: 280, text: 'In:    serial@9000000\nOut:   serial@9000000\nErr:   serial@9000000\n' },
  { atMs: 330, text: 'Net:   No ethernet found.\n' },
];

const countdownLine = 'Hit any key to stop autoboot: ';

/** The countdown of `seconds`, one step a second; it ends with a new line. */
export function countdownScript(seconds: number): readonly Step[] {
  const steps: Step[] = [];
  for (let left = seconds; left >= 0; left--) {
    const number = `${String(left).padStart(2)} `;
    const first = left === seconds;
    steps.push({ atMs: (seconds - left) * 1000, text: first ? countdownLine + number : `\b\b\b${number}` });
  }
  steps.push({ atMs: seconds * 1000, text: '\n' });
  return steps;
}

const kernelLines: readonly (readonly [number, string])[] = [
  [0, 'Booting Linux on simulated CPU 0x0'],
  [0, `Linux version ${kernelVersion} (labdeck@sim) ${kernelBuild}`],
  [0, 'Machine model: Labdeck simulated board'],
  [0, 'earlycon: sim0 at MMIO 0x9000000'],
  [0, 'Memory: 121344K/131072K available (simulated)'],
  [1, 'Kernel command line: console=ttyS0,115200 root=/dev/ram0'],
  [12, 'sched_clock: 64 bits at 1 kHz, the clock of the machine Labdeck runs on'],
  [48, 'Console: ttyS0, 115200 8N1'],
  [96, 'smp: Brought up 1 node, 1 CPU'],
  [160, 'devtmpfs: initialized'],
  [235, 'pinctrl core: initialized pinctrl subsystem'],
  [310, 'NET: Registered PF_NETLINK/PF_ROUTE protocol family'],
  [402, 'clocksource: Switched to clocksource sim_counter'],
  [515, 'NET: Registered PF_INET protocol family'],
  [640, 'workingset: timestamp_bits=46 max_order=15 bucket_order=0'],
  [745, 'serial 9000000.serial: ttyS0 at MMIO 0x9000000 (irq = 13) is a simulated UART'],
  [860, 'printk: console [ttyS0] enabled'],
  [955, 'random: crng init done'],
  [1040, 'mmc0: no card, this board has no slot'],
  [1130, 'rtc-sim rtc0: setting system clock'],
  [1210, 'Freeing unused kernel memory: 2048K'],
  [1260, 'Run /sbin/init as init process'],
];

export const kernelLog: readonly string[] = kernelLines.map(([ms, text]) => kernelLine(ms, text));

/** A line as the kernel prints it, `ms` after it started. */
export function kernelLine(ms: number, text: string): string {
  return `[${(Math.max(0, ms) / 1000).toFixed(6).padStart(12)}] ${text}\n`;
}

export const issueText = '\nLabdeck sim (simulated board, not a real Linux) ttyS0\n\n';

/** From the bootloader's last words to the login prompt. */
export const kernelScript: readonly Step[] = [
  { atMs: 0, text: '## Loading kernel from nowhere: done\n\nStarting kernel ...\n\n' },
  ...kernelLines.map(([ms], index) => ({ atMs: 120 + ms, text: kernelLog[index] ?? '' })),
  { atMs: 1430, text: 'Starting syslogd: OK\nStarting network: no interface, skipped\n' },
  { atMs: 1500, text: issueText },
];

/** Silent phases, as long as they take. */
export const restartScript: readonly Step[] = [{ atMs: 300, text: '' }];
export const panicScript: readonly Step[] = [{ atMs: 5000, text: '' }];
