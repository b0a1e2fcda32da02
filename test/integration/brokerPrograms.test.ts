import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';
import { Program } from '../fakes/program.ts';

// The programs people have, against a console with a real U-Boot.

let dataDir: string;
let lab: HeadlessHost;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'labdeck-broker-'));
  lab = await HeadlessHost.start(dataDir);
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Prints what the line says, and types what stdin says. */
const pySerialProgram = `
import os, sys, threading, serial
line = serial.serial_for_url(sys.argv[1], baudrate=115200, timeout=0.1)
print('opened')
def types():
    while True:
        text = os.read(0, 1024)
        if not text: return
        line.write(text)
threading.Thread(target=types, daemon=True).start()
while True:
    sys.stdout.write(line.read(4096).decode('latin1'))
    sys.stdout.flush()
`;

describe('with a real U-Boot on', () => {
  test('telnet, socat and pySerial see the same prompt, one writes, and the others are told who', async () => {
    await lab.rest('POST', '/boards', { name: 'uboot', virtual: 'qemu' });
    const shared = await lab.rest('PUT', '/consoles/uboot.main/sharing', { telnet: {}, unix: {} });
    const { port } = shared.body.telnet;
    const telnet = new Program(['socat', '-', `EXEC:"telnet 127.0.0.1 ${port}",pty,raw,echo=0`]);
    const socat = new Program(['socat', '-', `UNIX-CONNECT:${shared.body.unix.path}`]);
    const serial = new Program([
      '/usr/bin/python3',
      '-u',
      '-c',
      pySerialProgram,
      `rfc2217://127.0.0.1:${port}`,
    ]);
    try {
      await vi.waitFor(
        async () =>
          expect((await lab.rest('GET', '/consoles/uboot.main/sharing')).body.clients).toHaveLength(3),
        { timeout: 20_000 },
      );
      await serial.says('opened');
      await lab.rest('PUT', '/boards/uboot/power', { state: 'on' });
      await telnet.says('autoboot');
      telnet.type(' ');
      for (const reader of [telnet, socat, serial]) await reader.says('=> ');
      telnet.type('version\r');
      for (const reader of [telnet, socat, serial]) await reader.says('U-Boot 20');
      const { body: lease } = await lab.rest('GET', '/consoles/uboot.main/lease');
      expect(lease.holder.who).toMatch(/^telnet /);
      serial.type('x');
      await serial.says('is typing');
    } finally {
      for (const program of [telnet, socat, serial]) await program.stop();
      await lab.rest('DELETE', '/boards/uboot');
    }
  }, 90_000);
});
