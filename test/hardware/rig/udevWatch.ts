import type { Guest } from './guest.ts';
import { until } from './until.ts';

const file = '/tmp/udev-watch';
/** So long the core waits for more before it looks. */
const burstMs = 100;

/** What the guest's kernel and its udev announce of USB devices and ttys, heard beside the core. */
export class UdevWatch {
  readonly #guest: Guest;
  readonly #pid: string;
  #heard = 0;

  private constructor(guest: Guest, pid: string) {
    this.#guest = guest;
    this.#pid = pid;
  }

  static async start(guest: Guest): Promise<UdevWatch> {
    const monitor = 'exec udevadm monitor --kernel --udev --subsystem-match=tty --subsystem-match=usb';
    const pid = await guest.output(['sh', '-c', `(${monitor}) > ${file} 2>&1 & echo $!`]);
    await until(
      () => guest.output(['cat', file]),
      (text) => text.includes('KERNEL - '),
    );
    return new UdevWatch(guest, pid.trim());
  }

  /** In how many bursts events came since it was last asked; all within 100 ms of the first are one. */
  async bursts(): Promise<number> {
    const text = await this.#guest.output(['cat', file]);
    // Each event is stamped as it is heard: `UDEV  [81.211300] add      /devices/.../tty/ttyACM0 (tty)`.
    const stampsMs = [...text.matchAll(/^\w+ *\[(\d+\.\d+)\]/gm)].map(
      ([, seconds]) => Number(seconds) * 1000,
    );
    const fresh = stampsMs.slice(this.#heard);
    this.#heard = stampsMs.length;
    let [bursts, endMs] = [0, -Infinity];
    for (const stampMs of fresh) {
      if (stampMs < endMs) continue;
      bursts += 1;
      endMs = stampMs + burstMs;
    }
    return bursts;
  }

  async stop(): Promise<void> {
    await this.#guest.output(['kill', this.#pid]);
  }
}
