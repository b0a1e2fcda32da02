import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HeadlessHost } from '../fakes/headlessHost.ts';

// The console broker as a script sees it: everything over REST and the doors it opens, on a real host.

const line = 'virtual-1.main';
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

async function ended(taskId: string): Promise<{ state: string; problem: { message: string } | null }> {
  return await vi.waitFor(
    async () => {
      const { body } = await lab.rest('GET', `/tasks/${taskId}`);
      expect(body.endedAtMs).not.toBeNull();
      return body;
    },
    { timeout: 30_000, interval: 50 },
  );
}

/** Everything a TCP client hears, as text. */
class Ear {
  heard = '';
  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.heard += bytes.toString('latin1');
    });
    socket.on('error', () => {});
  }

  async until(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.heard).toContain(text), { timeout: 20_000, interval: 20 });
  }
}

async function toPrompt(): Promise<void> {
  await lab.rest('PUT', '/boards/virtual-1/power', { state: 'off', takeOver: true });
  const from = (await lab.rest('GET', `/consoles/${line}/snapshot`)).body.endOffset;
  await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on', takeOver: true });
  await lab.waitForOutput(line, 'autoboot', from);
  await lab.rest('POST', `/consoles/${line}/input`, { text: ' ' });
  await lab.waitForOutput(line, '=> ', from);
}

describe('a lease', () => {
  test('keeps others from typing and from the power switch until it is given back', async () => {
    await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on' });
    const taken = await lab.rest(
      'POST',
      `/consoles/${line}/lease`,
      { why: 'nightly run' },
      {
        'labdeck-client': 'nightly',
      },
    );
    expect(taken).toMatchObject({
      status: 200,
      body: { lease: { holder: { who: 'nightly' }, kind: 'taken' } },
    });
    const mine = { 'labdeck-lease': taken.body.leaseId };

    const typed = await lab.rest('POST', `/consoles/${line}/input`, { text: 'x' });
    expect(typed).toMatchObject({ status: 423, body: { code: 'LEASED' } });
    expect(typed.body.message).toContain('nightly');
    expect((await lab.rest('PUT', '/boards/virtual-1/power', { state: 'off' })).status).toBe(423);
    expect((await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on' }, mine)).status).toBe(200);

    await lab.rest('DELETE', `/consoles/${line}/lease`, undefined, mine);
    expect((await lab.rest('GET', `/consoles/${line}/lease`)).body).toBeNull();
    expect((await lab.rest('POST', `/consoles/${line}/input`, { text: ' ' })).status).toBe(200);
  });

  test('taken over for the power switch is gone, and its id is refused', async () => {
    const { body } = await lab.rest('POST', `/consoles/${line}/lease`, { takeOver: true });
    const power = await lab.rest('PUT', '/boards/virtual-1/power', { state: 'off', takeOver: true });
    expect(power.status).toBe(200);
    const late = await lab.rest('POST', `/consoles/${line}/lease`, {}, { 'labdeck-lease': body.leaseId });
    expect(late).toMatchObject({ status: 423, body: { code: 'LEASED' } });
  });

  test('is in the list of consoles, for everybody to see', async () => {
    const { body } = await lab.rest('POST', `/consoles/${line}/lease`, { why: 'flashing', takeOver: true });
    const [info] = (await lab.rest('GET', '/boards/virtual-1/consoles')).body;
    expect(info.lease).toMatchObject({ why: 'flashing', idle: false });
    await lab.rest('DELETE', `/consoles/${line}/lease`, undefined, { 'labdeck-lease': body.leaseId });
  });
});

describe('sharing', () => {
  test('answers the real port, lets telnet and a unix socket see the same bytes, and keeps the port over a restart', async () => {
    const shared = await lab.rest('PUT', `/consoles/${line}/sharing`, {
      telnet: { port: 0, readOnly: false },
      unix: {},
    });
    expect(shared.status).toBe(200);
    const { port } = shared.body.telnet;
    expect(port).toBeGreaterThan(0);
    expect(shared.body.telnet).toMatchObject({ readOnly: false, address: '127.0.0.1', exposed: false });

    const telnet = new Ear(connect(port, '127.0.0.1'));
    const unix = new Ear(connect(shared.body.unix.path));
    await vi.waitFor(
      async () => {
        const [info] = (await lab.rest('GET', '/boards/virtual-1/consoles')).body;
        expect(info.sharing.clients).toHaveLength(2);
      },
      { timeout: 10_000 },
    );
    await toPrompt();
    await telnet.until('=> ');
    await unix.until('=> ');
    telnet.socket.destroy();
    unix.socket.destroy();

    await lab.stop();
    lab = await HeadlessHost.start(dataDir);
    const after = await lab.rest('GET', `/consoles/${line}/sharing`);
    expect(after.body.telnet.port).toBe(port);
    expect((await lab.rest('PUT', `/consoles/${line}/sharing`, {})).body).toMatchObject({
      telnet: null,
      unix: null,
      tcp: null,
    });
  }, 60_000);

  test('to the network wants a token or a consent', async () => {
    const asked = await lab.rest('PUT', `/consoles/${line}/sharing`, { tcp: { address: '0.0.0.0' } });
    expect(asked).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    const consented = await lab.rest('PUT', `/consoles/${line}/sharing`, {
      tcp: { address: '0.0.0.0', consent: true },
    });
    expect(consented.body.tcp.exposed).toBe(true);
    await lab.rest('PUT', `/consoles/${line}/sharing`, {});
  });
});

describe('history', () => {
  beforeAll(async () => {
    const text = `${'a'.repeat(60)}!`;
    await lab.rest('POST', '/boards', {
      name: 'hang',
      consoles: [{ endpoint: { kind: 'command', argv: ['sh', '-c', `echo '${text}'; sleep 600`] } }],
    });
    await lab.waitForOutput('hang.main', text);
  }, 30_000);
  afterAll(async () => {
    await lab.rest('DELETE', '/boards/hang');
  });

  test('is cut into boots with their stages', async () => {
    await toPrompt();
    const { body } = await vi.waitFor(
      async () => {
        const answer = await lab.rest('GET', `/consoles/${line}/boots`);
        expect(answer.body[0].stages.map((stage: { stage: string }) => stage.stage)).toContain('u-boot');
        return answer;
      },
      { timeout: 10_000 },
    );
    expect(body[0]).toMatchObject({ begun: 'power-on', outcome: 'running', toOffset: null });
    expect(body.length).toBeGreaterThan(1);
    expect(body[0].bootId).toBeGreaterThan(body[1].bootId);
  }, 30_000);

  test('is searched over events, with the place and the time of each match', async () => {
    const answer = await fetch(`${lab.url}/api/v1/consoles/${line}/search?q=autoboot&limit=5`, {
      headers: { authorization: `Bearer ${lab.token}` },
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    const events = [...text.matchAll(/^data: (.*)$/gm)].flatMap(([, data]) =>
      data ? [JSON.parse(data)] : [],
    );
    const match = events.find((event) => event.type === 'match');
    expect(match.line.slice(match.column, match.column + match.length)).toBe('autoboot');
    expect(Math.abs(Date.now() - match.atMs)).toBeLessThan(600_000);
    const raw = await lab.recording(line, match.offset);
    expect(raw.startsWith('autoboot')).toBe(true);
    expect(events.some((event) => event.type === 'done')).toBe(true);
  });

  test('ends a search whose expression takes too long, and says so', async () => {
    const answer = await fetch(
      `${lab.url}/api/v1/consoles/hang.main/search?regex=true&q=${encodeURIComponent('(a|aa)+$')}`,
      { headers: { authorization: `Bearer ${lab.token}` }, signal: AbortSignal.timeout(30_000) },
    );
    const text = await answer.text();
    expect(text).toContain('BAD_REQUEST');
    expect(text).toContain('too long');
  }, 60_000);

  test('refuses an expression that is none, and names the field', async () => {
    const answer = await lab.rest('GET', `/consoles/${line}/search?q=${encodeURIComponent('(')}&regex=true`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST', field: 'q' } });
  });

  test('comes out as raw bytes, as text with times and as a cast', async () => {
    const get = async (query: string) =>
      await (
        await fetch(`${lab.url}/api/v1/consoles/${line}/recording?${query}`, {
          headers: { authorization: `Bearer ${lab.token}` },
          signal: AbortSignal.timeout(20_000),
        })
      ).text();
    const raw = await get('format=raw&from=10&to=20');
    expect(raw).toHaveLength(10);
    expect(await get('format=text')).toMatch(/\d\d:\d\d:\d\d\.\d{3}.*U-Boot/);
    const cast = (await get('format=asciicast')).trim().split('\n');
    expect(JSON.parse(cast[0] ?? '')).toMatchObject({ version: 2 });
    expect(JSON.parse(cast.at(-1) ?? '')).toHaveLength(3);
    const bad = await lab.rest('GET', `/consoles/${line}/recording?format=docx`);
    expect(bad).toMatchObject({ status: 400, body: { field: 'format' } });
  });

  test('takes a mark, and tells when bytes were printed', async () => {
    const { body } = await lab.rest('POST', `/consoles/${line}/marks`, { text: 'before the fix' });
    const times = await lab.rest('GET', `/consoles/${line}/times?from=0&to=${body.offset}`);
    expect(times.body.points.length).toBeGreaterThan(0);
    expect(times.body.events.map((event: { text: string }) => event.text).join('\n')).toContain(
      'before the fix',
    );
  });
});

describe('typing', () => {
  test('a paste that waits for the echo arrives whole, as a task', async () => {
    await toPrompt();
    const from = (await lab.rest('GET', `/consoles/${line}/snapshot`)).body.endOffset;
    const lines = Array.from({ length: 50 }, (_, i) => `setenv v${i} value-${i}`);
    const { body, status } = await lab.rest('POST', `/consoles/${line}/paste`, {
      text: `${lines.join('\n')}\n`,
      waitForEcho: true,
    });
    expect(status).toBe(200);
    expect(await ended(body.taskId)).toMatchObject({ state: 'succeeded' });
    await lab.rest('POST', `/consoles/${line}/input`, { text: 'printenv v49\r' });
    expect(await lab.waitForOutput(line, 'v49=value-49', from)).toContain('setenv v17 value-17');
  }, 60_000);

  test('a macro of the board is typed with its variables', async () => {
    await lab.rest('PATCH', '/boards/virtual-1', {
      macros: [{ name: 'Say', text: 'echo {{what}} on {{board}}\n' }],
    });
    const missing = await lab.rest('POST', '/boards/virtual-1/macros/Say/run', {});
    expect(missing).toMatchObject({ status: 400, body: { details: { missing: ['what'] } } });
    const from = (await lab.rest('GET', `/consoles/${line}/snapshot`)).body.endOffset;
    const run = await lab.rest('POST', '/boards/virtual-1/macros/Say/run', { values: { what: 'hello' } });
    expect(run.body).toMatchObject({ consoleId: line, text: 'echo hello on virtual-1\n' });
    await lab.waitForOutput(line, '\nhello on virtual-1', from);
  });

  test('a break is refused where the line has none', async () => {
    expect(await lab.rest('POST', `/consoles/${line}/break`, {})).toMatchObject({
      status: 422,
      body: { code: 'UNSUPPORTED' },
    });
  });

  test('its style is kept with the board', async () => {
    const style = { lineEnding: 'lf', waitForEcho: true, lineDelayMs: 5 };
    expect((await lab.rest('PUT', `/consoles/${line}/typing`, style)).body).toMatchObject(style);
    expect((await lab.rest('GET', '/boards/virtual-1')).body.typing.main).toMatchObject(style);
    await lab.rest('PUT', `/consoles/${line}/typing`, {});
  });
});

test('an expect rule stops the autoboot, once a boot, and counts', async () => {
  await lab.rest('PATCH', '/boards/virtual-1', {
    rules: [
      { name: 'Stop', pattern: 'stop autoboot', action: { kind: 'stop-autoboot' }, maxTimes: 1 },
      { name: 'See', pattern: 'U-Boot', action: { kind: 'mark', text: 'a boot loader' } },
    ],
  });
  await lab.rest('PUT', '/boards/virtual-1/power', { state: 'off', takeOver: true });
  const from = (await lab.rest('GET', `/consoles/${line}/snapshot`)).body.endOffset;
  await lab.rest('PUT', '/boards/virtual-1/power', { state: 'on', takeOver: true });
  await lab.waitForOutput(line, '=> ', from);
  const { body } = await lab.rest('GET', '/boards/virtual-1/rules');
  expect(body).toMatchObject([
    { name: 'Stop', state: 'spent', hits: 1 },
    { name: 'See', state: 'spent', hits: 1 },
  ]);
  await lab.rest('PATCH', '/boards/virtual-1', { rules: [] });
}, 30_000);

test('a pattern that is none is refused where it stands', async () => {
  const answer = await lab.rest('PATCH', '/boards/virtual-1', {
    rules: [{ name: 'Bad', pattern: '(', regex: true, action: { kind: 'power-off' } }],
  });
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'BAD_REQUEST', field: 'rules.0.pattern' },
  });
});

describe('a console can be', () => {
  test('a TCP server', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (bytes) => socket.write(`<${bytes.toString('latin1')}>`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await lab.rest('POST', '/boards', {
      name: 'net',
      consoles: [{ endpoint: { kind: 'tcp', host: '127.0.0.1', port } }],
    });
    await vi.waitFor(
      async () => expect((await lab.rest('GET', '/boards/net/consoles')).body[0].state).toBe('open'),
      { timeout: 15_000 },
    );
    await lab.rest('POST', '/consoles/net.main/input', { text: 'ping' });
    await lab.waitForOutput('net.main', '<ping>');
    await lab.rest('DELETE', '/boards/net');
    server.close();
  }, 30_000);

  test('a program', async () => {
    await lab.rest('POST', '/boards', {
      name: 'prog',
      consoles: [{ endpoint: { kind: 'command', argv: ['cat'] } }],
    });
    await vi.waitFor(
      async () => expect((await lab.rest('GET', '/boards/prog/consoles')).body[0].state).toBe('open'),
      { timeout: 15_000 },
    );
    await lab.rest('POST', '/consoles/prog.main/input', { text: 'through a pipe\n' });
    await lab.waitForOutput('prog.main', 'through a pipe');
    await lab.rest('DELETE', '/boards/prog');
  }, 30_000);
});

describe('boards that change under their consoles', () => {
  const chatty = (script: string) => [{ endpoint: { kind: 'command', argv: ['sh', '-c', script] } }];

  test('removed together, one of them slow to close, take nothing with them', async () => {
    await lab.rest('POST', '/boards', {
      name: 'slow',
      consoles: chatty('trap "" TERM; while :; do sleep 1; done'),
    });
    await lab.rest('POST', '/boards', {
      name: 'loud',
      consoles: chatty('while :; do echo x; sleep 0.02; done'),
    });
    await lab.waitForOutput('loud.main', 'x\nx');
    const removed = await Promise.all([
      lab.rest('DELETE', '/boards/slow'),
      lab.rest('DELETE', '/boards/loud'),
    ]);
    expect(removed.map(({ status }) => status)).toEqual([204, 204]);
    expect((await lab.rest('GET', '/consoles/loud.main/lease')).status).toBe(404);
    // Its core has to live through the time in which the slow one is waited for.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await lab.rest('GET', '/health')).status).toBe(200);
  }, 30_000);

  test('keep their lease over a rename', async () => {
    await lab.rest('POST', '/boards', { name: 'old-name', consoles: chatty('cat') });
    const { body } = await lab.rest('POST', '/consoles/old-name.main/lease', { why: 'a long job' });
    await lab.rest('PATCH', '/boards/old-name', { name: 'new-name' });
    const lease = await lab.rest('GET', '/consoles/new-name.main/lease');
    expect(lease.body).toMatchObject({ why: 'a long job' });
    const mine = { 'labdeck-lease': body.leaseId };
    await vi.waitFor(
      async () => {
        const typed = await lab.rest('POST', '/consoles/new-name.main/input', { text: 'on\n' }, mine);
        expect(typed.status).toBe(200);
      },
      { timeout: 10_000 },
    );
    await lab.rest('DELETE', '/boards/new-name');
  }, 30_000);
});

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
      await serial.until('opened');
      await lab.rest('PUT', '/boards/uboot/power', { state: 'on' });
      await telnet.until('autoboot');
      telnet.type(' ');
      for (const reader of [telnet, socat, serial]) await reader.until('=> ');
      telnet.type('version\r');
      for (const reader of [telnet, socat, serial]) await reader.until('U-Boot 20');
      const { body: lease } = await lab.rest('GET', '/consoles/uboot.main/lease');
      expect(lease.holder.who).toMatch(/^telnet /);
      serial.type('x');
      await serial.until('is typing');
    } finally {
      for (const program of [telnet, socat, serial]) program.end();
      await lab.rest('DELETE', '/boards/uboot');
    }
  }, 90_000);
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

class Program {
  heard = '';
  readonly #child;

  constructor([file, ...args]: [string, ...string[]]) {
    this.#child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.on('error', () => {});
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (bytes: Buffer) => {
        this.heard += bytes.toString('latin1');
      });
  }

  type(text: string): void {
    this.#child.stdin.write(text);
  }

  async until(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.heard).toContain(text), { timeout: 30_000, interval: 20 });
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
