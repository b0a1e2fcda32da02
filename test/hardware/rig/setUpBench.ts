import { afterAll, afterEach, beforeAll } from 'vitest';
import { Guest } from './guest.ts';
import type { GuestCore } from './guestCore.ts';
import { until } from './until.ts';

export interface Bench {
  readonly guest: Guest;
  /** Of root. */
  readonly core: GuestCore;
}

/** Gives sockets their power back, also those whose hub can only pretend to take it. */
const powerUp = 'for port in /sys/bus/usb/devices/*/*-port*/disable; do echo 0 > "$port"; done';

/**
 * A machine with a running core for all tests of a file, each of which finds it with nothing plugged in and no
 * board but the virtual one. When a test fails, what the machine and the core said last is shown.
 */
export function setUpBench(): Bench {
  let running: { guest: Guest; core: GuestCore } | null = null;
  const now = () => {
    if (running === null) throw new Error('the bench is there while tests run');
    return running;
  };
  beforeAll(async () => {
    running = await Guest.start();
  });
  afterEach(async ({ task }) => {
    const { guest, core } = now();
    if (task.result?.state === 'fail') console.log(await guest.log());
    await guest.unplugAll();
    await guest.output(['sh', '-c', powerUp]);
    const boards = await core.call<{ name: string; virtual: string | null }[]>('GET', '/boards');
    for (const { name, virtual } of boards)
      if (virtual === null) await core.call('DELETE', `/boards/${name}`);
    await until(
      () => core.call<unknown[]>('GET', '/ports'),
      (ports) => ports.length === 0,
    );
  });
  afterAll(async () => {
    await running?.guest.stop();
    running = null;
  });
  return {
    get guest() {
      return now().guest;
    },
    get core() {
      return now().core;
    },
  };
}
