import { expect, test } from 'vitest';
import { AcmDevice, setUpBench, until } from './rig/index.ts';

const bench = setUpBench();

/**
 * Runs in the guest, where udev and the core share one clock: prints when udev announced a tty (its monitor stamps
 * each event), and when a client of the core heard of a port, in milliseconds of that clock.
 */
const watch = `
  const { spawn } = require('node:child_process');
  const { writeFileSync } = require('node:fs');
  const { get } = require('node:http');
  let announcedMs, heardMs;
  const monitor = spawn('udevadm', ['monitor', '--udev', '--subsystem-match=tty']);
  const done = () => {
    if (announcedMs === undefined || heardMs === undefined) return;
    process.stdout.write(JSON.stringify({ announcedMs, heardMs }), () => process.exit());
    monitor.kill();
  };
  monitor.stdout.on('data', (text) => {
    const stamp = /\\[(\\d+\\.\\d+)\\] add .*ttyACM/.exec(text)?.[1];
    if (stamp) announcedMs = Number(stamp) * 1000;
    done();
  });
  get({ socketPath: '/run/core-first.sock', path: '/api/v1/events/ports' }, (stream) => {
    stream.on('data', (text) => {
      writeFileSync('/tmp/watching', '');
      if (!String(text).includes('/dev/ttyACM0')) return;
      heardMs ??= Number(process.hrtime.bigint()) / 1e6;
      done();
    });
  });
`;

test('a client hears of a port right after udev has named it', async () => {
  const heard = bench.guest.output(['/app/node', '-e', watch]);
  await until(
    () => bench.guest.run(['test', '-e', '/tmp/watching']),
    ({ exitCode }) => exitCode === 0,
  );
  await bench.guest.plug(new AcmDevice(), 'desk.3');
  const { announcedMs, heardMs } = JSON.parse(await heard) as { announcedMs: number; heardMs: number };
  expect(heardMs).toBeGreaterThan(announcedMs);
  console.log(`${Math.round(heardMs - announcedMs)} ms from udev's event to the client, in the emulator`);
});
