import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { VirtualBench, type VirtualBoard } from '../../main/virtual/index.ts';

// A real U-Boot in a real QEMU: needs the Debian packages qemu-system-arm and u-boot-qemu.

const signal = () => AbortSignal.timeout(20_000);
let dir: string;
let benches: VirtualBench[];
let owners: ChildProcess[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'labdeck-vq-'));
  benches = [];
  owners = [];
});

afterEach(async () => {
  for (const owner of owners) owner.kill('SIGKILL');
  for (const bench of benches) await bench.close();
  const left = await emulators();
  for (const pid of left) process.kill(pid, 'SIGKILL');
  await rm(dir, { recursive: true, force: true });
  expect(left, 'emulators left behind').toEqual([]);
});

function startCore(runtimeDir = join(dir, 'run')): VirtualBench {
  const bench = new VirtualBench({
    dir,
    runtimeDir,
    clock: systemClock,
    logger: silentLogger,
  });
  benches.push(bench);
  return bench;
}

/** Waits until the guest has printed with no core there to hear it: QEMU's own log has it. */
async function printedAlone(): Promise<void> {
  await vi.waitFor(
    async () => expect(await readFile(join(dir, 'one.qemu.log'), 'latin1')).toContain('alone-2'),
    {
      timeout: 30_000,
      interval: 50,
    },
  );
}

/** Pids of the emulators of this test: they name its folder on their command line. */
async function emulators(): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const argv = await readFile(`/proc/${name}/cmdline`, 'latin1').catch(() => '');
    if (argv.includes('qemu-system') && argv.includes(`${dir}/`)) found.push(Number(name));
  }
  return found;
}

class Console {
  printed = '';
  readonly board: VirtualBoard;

  constructor(board: VirtualBoard) {
    this.board = board;
    board.onDidPrint((bytes) => {
      this.printed += Buffer.from(bytes).toString('latin1');
    });
  }

  async until(expected: RegExp, from = 0, timeoutMs = 20_000): Promise<string> {
    const deadlineMs = Date.now() + timeoutMs;
    while (!expected.test(this.printed.slice(from))) {
      if (Date.now() > deadlineMs)
        throw new Error(`no ${expected} in ${JSON.stringify(this.printed.slice(from))}`);
      await systemClock.sleep(5);
    }
    return this.printed.slice(from);
  }

  async toPrompt(): Promise<void> {
    const from = this.printed.length;
    await this.board.setPower('on', signal());
    await this.until(/autoboot/, from);
    await this.board.type(Buffer.from(' '));
    await this.until(/=> $/, from);
  }

  async ask(line: string): Promise<string> {
    const from = this.printed.length;
    await this.board.type(Buffer.from(`${line}\n`));
    return await this.until(/\n=> $/, from);
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  const deadlineMs = Date.now() + 5000;
  while ((await emulators()).some((pid) => pids.includes(pid))) {
    if (Date.now() > deadlineMs) throw new Error('still there');
    await systemClock.sleep(5);
  }
}

test('power on prints the whole banner of a real U-Boot, which answers; power off ends its process', async () => {
  const console = new Console(startCore().get('one', 'qemu'));
  await console.toPrompt();
  expect(console.printed).toMatch(/^\s*U-Boot 20\d\d\.\d\d/);
  expect(await console.ask('version')).toMatch(/^version\r\nU-Boot 20\d\d\.\d\d/);
  expect(console.board.cable.state).toBe('on');
  expect(await emulators()).toHaveLength(1);
  const startedMs = Date.now();
  await console.board.setPower('off', signal());
  expect(Date.now() - startedMs).toBeLessThan(500);
  expect(await emulators()).toEqual([]);
  expect(console.board.cable.state).toBe('off');
  await expect(console.board.type(Buffer.from('x'))).rejects.toMatchObject({ code: 'POWERED_OFF' });
  expect(await readdir(join(dir, 'run'))).toEqual([]);
});

test('16 KiB pasted at once arrive whole and in order', async () => {
  const console = new Console(startCore().get('one', 'qemu'));
  await console.toPrompt();
  const lines = Array.from({ length: 700 }, (_, i) => `echo and-again-${String(i).padStart(5, '0')}.`);
  await console.board.type(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  await console.until(/\nand-again-00699\.\r\n=> $/, 0, 50_000);
  const heard = [...console.printed.matchAll(/^and-again-(\d{5})\.\r$/gm)].map((match) => Number(match[1]));
  expect(heard).toEqual(lines.map((_, i) => i));
});

test('two boards run at once and do not hear each other', async () => {
  const core = startCore();
  const [a, b] = [new Console(core.get('a', 'qemu')), new Console(core.get('b', 'qemu'))];
  await Promise.all([a.toPrompt(), b.toPrompt()]);
  await a.ask('setenv who board-a');
  expect(await a.ask('echo $who')).toContain('\nboard-a\r\n');
  expect(await b.ask('echo $who')).not.toContain('board-a');
  await a.board.setPower('off', signal());
  expect(await b.ask('version')).toContain('U-Boot 20');
});

test('a runtime folder too deep for a socket name is no obstacle', async () => {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = dir;
  try {
    const console = new Console(startCore(join(dir, 'deep/'.repeat(30))).get('one', 'qemu'));
    await console.toPrompt();
    expect(await console.ask('version')).toContain('U-Boot 20');
    await console.board.setPower('off', signal());
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
});

test('an emulator that dies by itself is reported, and can be switched on again', async () => {
  const console = new Console(startCore().get('one', 'qemu'));
  const changes: string[] = [];
  console.board.onDidChangePower((state) => changes.push(state));
  await console.toPrompt();
  const [pid = 0] = await emulators();
  process.kill(pid, 'SIGKILL');
  await gone([pid]);
  await expect.poll(() => changes, { timeout: 5000 }).toEqual(['off']);
  expect(console.board.cable.state).toBe('off');
  await console.toPrompt();
  expect(console.board.cable.state).toBe('on');
});

test('power off right after power on leaves nothing behind', async () => {
  const { board } = new Console(startCore().get('one', 'qemu'));
  await Promise.all([board.setPower('on', signal()), board.setPower('off', signal())]);
  expect(board.cable.state).toBe('off');
  expect(await emulators()).toEqual([]);
});

test('an aborted power-on leaves the board off and no process', async () => {
  const { board } = new Console(startCore().get('one', 'qemu'));
  const abort = new AbortController();
  const switching = board.setPower('on', abort.signal);
  setTimeout(() => abort.abort(new Error('changed my mind')), 10);
  await expect(switching).rejects.toThrow('changed my mind');
  expect(board.cable.state).toBe('off');
  expect(await emulators()).toEqual([]);
});

test('a core killed with SIGKILL: the next one adopts the board and misses no byte', async () => {
  const owner = await startOwner();
  await owner.says('at the prompt');
  const pids = await emulators();
  expect(pids).toHaveLength(1);
  await owner.kill();

  // Nobody is connected while the guest prints this.
  await printedAlone();
  expect(await emulators()).toEqual(pids);
  const core = startCore();
  const board = core.get('one', 'qemu');
  const { commandedAtMs } = board.cable;
  await core.start();
  expect(board.cable).toEqual({ state: 'on', commandedAtMs, leds: [false, true, false] });
  const console = new Console(board);
  await console.until(/alone-0 alone-1 alone-2\r\n=> $/);
  expect(console.printed.match(/alone-0 alone-1/g)).toHaveLength(1);
  expect(console.printed).not.toContain('autoboot');
  expect(await console.ask('version')).toContain('U-Boot 20');
  expect(await emulators()).toEqual(pids);
  await core.close();
  expect(await emulators()).toEqual([]);
  expect(startCore().get('one', 'qemu').cable).toMatchObject({ state: 'off', leds: [false, true, false] });
});

test('an adopted board obeys what was asked of it before adoption had ended', async () => {
  const owner = await startOwner();
  await owner.says('at the prompt');
  await owner.kill();
  const board = startCore().get('one', 'qemu');
  await board.setPower('off', signal());
  expect(board.cable.state).toBe('off');
  expect(await emulators()).toEqual([]);
});

test('an emulator that died while no core ran is found off, with its last words', async () => {
  const owner = await startOwner();
  await owner.says('at the prompt');
  await owner.kill();
  await printedAlone();
  const pids = await emulators();
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await gone(pids);
  const core = startCore();
  await core.start();
  const console = new Console(core.get('one', 'qemu'));
  expect(console.board.cable.state).toBe('off');
  await console.until(/alone-0 alone-1 alone-2\r\n=> $/);
});

test('an idle prompt does not burn a core, and answers at once', async () => {
  const console = new Console(startCore().get('one', 'qemu'));
  await console.toPrompt();
  const [pid = 0] = await emulators();
  const busy = await cpuShare(pid, 1000);
  await systemClock.sleep(4500);
  const idle = await cpuShare(pid, 2000);
  expect(idle).toBeLessThan(busy / 2);
  const startedMs = Date.now();
  await console.ask('version');
  expect(Date.now() - startedMs).toBeLessThan(1000);
});

/** CPU seconds per second of a process. */
async function cpuShare(pid: number, ms: number): Promise<number> {
  const ticks = async () => {
    const line = await readFile(`/proc/${pid}/stat`, 'latin1');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = await ticks();
  await systemClock.sleep(ms);
  return ((await ticks()) - before) / (ms / 10);
}

/** A core in a process of its own, with the board at its prompt and something still to print. */
async function startOwner() {
  const main = fileURLToPath(new URL('../../main', import.meta.url));
  await writeFile(
    join(dir, 'owner.ts'),
    `import { VirtualBench } from '${main}/virtual/index.ts';
    import { systemClock } from '${main}/base/clock.ts';
    import { silentLogger } from '${main}/base/logger.ts';
    const bench = new VirtualBench({ dir: '${dir}', runtimeDir: '${dir}/run', clock: systemClock, logger: silentLogger });
    const board = bench.get('one', 'qemu');
    let printed = '';
    const until = async (expected) => { while (!expected.test(printed)) await systemClock.sleep(5); };
    board.onDidPrint((bytes) => { printed += Buffer.from(bytes).toString('latin1'); });
    await board.setLed(2, true);
    await board.setPower('on', AbortSignal.timeout(20000));
    await until(/autoboot/);
    await board.type(Buffer.from(' '));
    await until(/=> $/);
    await board.type(Buffer.from("setenv a alone; sleep 2; echo $a-0 $a-1 $a-2\\n"));
    await until(/echo .*\\r\\n/);
    process.stdout.write('at the prompt\\n');
    setInterval(() => {}, 1000);`,
  );
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(dir, 'owner.ts'),
      outDir: join(dir, 'built'),
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'owner.mjs' } },
    },
    ssr: { noExternal: true },
  });
  const child = spawn(process.execPath, [join(dir, 'built', 'owner.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  owners.push(child);
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  return {
    async says(text: string): Promise<void> {
      await expect.poll(() => said, { timeout: 20_000 }).toContain(text);
    },
    async kill(): Promise<void> {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
