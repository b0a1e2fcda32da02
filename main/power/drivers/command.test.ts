import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RelayProgram } from '../../../test/fakes/outlets/relayProgram.ts';
import { type CommandPower, commandPower } from '../../contract/index.ts';
import { CommandOutlet } from './command.ts';
import { describePowerDriver } from './powerDriver.suite.ts';

const never = new AbortController().signal;

async function make(relay: RelayProgram, given: Partial<CommandPower> = {}): Promise<CommandOutlet> {
  const { program, bench } = relay;
  const binding = { kind: 'command', on: [program, 'on'], off: [program, 'off'], ...given };
  return new CommandOutlet(commandPower.parse(binding), await bench.deps());
}

const ways = {
  'that cannot be asked': {},
  'asked by exit code': { read: ['state'] },
  'asked by its output': { read: ['state'], readOutput: { on: 'is on', off: 'is off' } },
  'with a cycle of its own': { cycle: ['cycle'] },
} as const;

for (const [name, { read, cycle, ...given }] of Object.entries<
  Partial<Record<'read' | 'cycle', readonly string[]>>
>(ways))
  describePowerDriver(`command ${name}`, async () => {
    const relay = await RelayProgram.install();
    const binding = {
      ...given,
      ...(read ? { read: [relay.program, ...read] } : {}),
      ...(cycle ? { cycle: [relay.program, ...cycle] } : {}),
    };
    return {
      driver: await make(relay, binding),
      actual: async () => ({ power: relay.isOn, leds: [false, false, false] }),
      commands: () => relay.commands,
      restart: () => make(relay, binding),
      dispose: () => relay.bench.dispose(),
    };
  });

describe('an outlet of commands', () => {
  let relay: RelayProgram;
  beforeEach(async () => {
    relay = await RelayProgram.install();
  });
  afterEach(() => relay.bench.dispose());

  const gone = (pid: number) =>
    vi.waitFor(
      () => {
        // A zombie has ended: nobody but init may still have to hear of it.
        const state = /^\d+ \(.*\) (\w)/.exec(statOf(pid))?.[1] ?? 'Z';
        if (state !== 'Z') throw new Error(`${pid} is still there (${state})`);
      },
      { timeout: 8000, interval: 10 },
    );

  test("the board's name is one argument, and no shell ever sees it", async () => {
    const show = await relay.write('show', `printf '<%s>' "$@" > "$(dirname "$0")/shown"`);
    const off = [show, '{board}', '--name={board}/{board}', 'plain'];
    for (const name of [
      '$(touch pwned)',
      '; rm -rf /; "',
      '`id` && $HOME',
      "it's *",
      '$& $1 $$',
      '--help',
      'a\nb',
    ]) {
      relay.bench.boardName = name;
      await (await make(relay, { off })).set('off', never);
      expect(relay.text('shown')).toBe(`<${name}><--name=${name}/${name}><plain>`);
    }
  });

  test('a renamed board is named by its new name, and nothing is assumed of the outlet that names', async () => {
    const on = [relay.program, 'on', '{board}'];
    const driver = await make(relay, { on });
    await driver.set('on', never);
    const before = driver.identity;
    relay.bench.boardName = 'rpi5';
    expect(driver.identity).not.toBe(before);
    expect(driver.commanded.state).toBeNull();
    relay.bench.boardName = 'rpi4';
    expect(driver.commanded.state).toBe('on');
  });

  test('boards that share a command without a name share its outlet', async () => {
    const first = await make(relay);
    relay.bench.boardName = 'rpi5';
    expect((await make(relay)).identity).toBe(first.identity);
  });

  test('a program that fails is told with its exit code and its last words, and leaves doubt', async () => {
    const on = [await relay.write('broken', 'echo "no such relay" >&2; exit 3')];
    const driver = await make(relay, { on });
    await driver.set('off', never);
    await expect(driver.set('on', never)).rejects.toMatchObject({
      code: 'COMMAND_FAILED',
      hint: 'It says: no such relay',
      data: { details: { argv: on, exitCode: 3 } },
    });
    expect(driver.commanded.state).toBe('off');
    expect(driver.doubt).not.toBeNull();
  });

  test('what a program says cannot steer the terminal that shows it', async () => {
    const on = [await relay.write('garish', "printf 'one\\n\\033[31mtwo\\007\\n' >&2; exit 1")];
    await expect((await make(relay, { on })).set('on', never)).rejects.toMatchObject({
      hint: 'It says: \ufffd[31mtwo\ufffd',
      data: { details: { stderr: 'one\n\ufffd[31mtwo\ufffd\n' } },
    });
  });

  test('a program that a signal ended is told so', async () => {
    const driver = await make(relay, { on: [await relay.write('crash', 'kill -SEGV $$')] });
    await expect(driver.set('on', never)).rejects.toThrow('SIGSEGV');
  });

  test('what is not there, or may not be run, is told before anything is announced or in doubt', async () => {
    const folder = path.join(relay.bench.dir, 'folder');
    await mkdir(folder);
    const noInterpreter = path.join(relay.bench.dir, 'no-interpreter');
    await writeFile(noInterpreter, '#!/no/such/interpreter\n', { mode: 0o755 });
    for (const [program, code, isAnnounced] of [
      ['/no/such/program', 'MISSING_DEPENDENCY', false],
      ['no-such-program-anywhere', 'MISSING_DEPENDENCY', false],
      [await relay.write('plain', 'exit 0', 0o644), 'PERMISSION_DENIED', false],
      [folder, 'PERMISSION_DENIED', false],
      ['', 'BAD_REQUEST', false],
      [noInterpreter, 'MISSING_DEPENDENCY', true],
    ] as const) {
      const driver = await make(relay, { on: [program] });
      const announced: string[] = [];
      await expect(
        driver.set('on', never, (detail) => announced.push(detail)),
        program,
      ).rejects.toMatchObject({ code });
      expect(announced).toHaveLength(isAnnounced ? 1 : 0);
      expect([driver.commanded.state, driver.doubt]).toEqual([null, null]);
    }
  });

  test('an argument no program can be given is told', async () => {
    const driver = await make(relay, { on: [relay.program, 'a\0b'] });
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(driver.doubt).toBeNull();
  });

  test('at its deadline a program is ended with all it started, also what does not want to', async () => {
    const on = [
      await relay.write(
        'hang',
        `cd "$(dirname "$0")"; trap '' TERM; sh -c 'trap "" TERM; sleep 1000 & sleep 1000' & echo "$$ $!" > pids; mv pids hung; wait; wait; sleep 1000`,
      ),
    ];
    const driver = await make(relay, { on, timeoutMs: 2000 });
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(driver.doubt).not.toBeNull();
    const pids = relay.text('hung').trim().split(' ').map(Number);
    expect(pids).toHaveLength(2);
    for (const pid of pids) await gone(pid);
  });

  test('what a program started ends with it, also where only the program obeys', async () => {
    const on = [
      await relay.write(
        'parent',
        `cd "$(dirname "$0")"; sh -c 'trap "" TERM; echo $$ > pid; mv pid stubborn; while :; do sleep 1; done' & exec sleep 1000`,
      ),
    ];
    const driver = await make(relay, { on, timeoutMs: 2000 });
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'TIMEOUT' });
    await gone(Number(relay.text('stubborn')));
  });

  test('a caller who gives up ends the program and gets his own reason', async () => {
    const on = [
      await relay.write('slow', `cd "$(dirname "$0")"; echo $$ > pid; mv pid started; exec sleep 1000`),
    ];
    const driver = await make(relay, { on, timeoutMs: 60_000 });
    const caller = new AbortController();
    const set = driver.set('on', caller.signal);
    const pid = await vi.waitFor(
      async () => Number(await readFile(path.join(relay.bench.dir, 'started'), 'utf8')),
      {
        timeout: 8000,
        interval: 10,
      },
    );
    caller.abort(new Error('gave up'));
    await expect(set).rejects.toThrow('gave up');
    await gone(pid);
    expect(driver.doubt).not.toBeNull();
  });

  test('something left behind that keeps the output open holds nobody up, and lives on', async () => {
    const on = [await relay.write('daemon', `sleep 1000 & echo $! > "$(dirname "$0")/left"; echo done`)];
    const driver = await make(relay, { on, timeoutMs: 60_000 });
    await driver.set('on', never);
    const pid = Number(relay.text('left'));
    try {
      expect(() => process.kill(pid, 0)).not.toThrow();
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  test('more output than anybody reads does not stop a program', async () => {
    const on = [await relay.write('loud', `head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2`)];
    const driver = await make(relay, { on });
    await driver.set('on', never);
    expect(driver.commanded.state).toBe('on');
  });

  test('its input is closed and its folder is /', async () => {
    const on = [await relay.write('where', `file="$(dirname "$0")/where-it-was"; { cat; pwd; } > "$file"`)];
    await (await make(relay, { on })).set('on', never);
    expect(relay.text('where-it-was')).toBe('/\n');
  });

  test('a reading that says both, nothing, or ends otherwise is unknown', async () => {
    const readOutput = { on: 'on', off: 'off' };
    const say = async (name: string, script: string) => [await relay.write(name, script)];
    for (const [read, given, expected] of [
      [await say('both', 'echo on or off'), { readOutput }, 'unknown'],
      [await say('nothing', 'echo well'), { readOutput }, 'unknown'],
      [await say('aside', 'echo on >&2'), { readOutput }, 'unknown'],
      [await say('just-on', 'echo on; exit 7'), { readOutput }, 'on'],
      [await say('seven', 'exit 7'), { readExit: { on: 7, off: 8 } }, 'on'],
      [await say('eight', 'exit 8'), { readExit: { on: 7, off: 8 } }, 'off'],
      [await say('nine', 'exit 9'), { readExit: { on: 7, off: 8 } }, 'unknown'],
      [await say('either', 'exit 7'), { readExit: { on: 7, off: 7 } }, 'unknown'],
      [await say('signalled', 'kill -KILL $$'), {}, 'unknown'],
      [await say('hanging', 'exec sleep 1000'), { timeoutMs: 200 }, 'unknown'],
      [['/no/such/program'], {}, 'unknown'],
    ] as const)
      expect(await (await make(relay, { read: [...read], ...given })).read(never), read[0]).toBe(expected);
  });

  test('a program that says yes while its relay stays is told', async () => {
    const driver = await make(relay, { on: ['/bin/true'], read: [relay.program, 'state'] });
    await expect(driver.set('on', never)).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    await expect(driver.set('on', never)).rejects.toThrow('still off');
  });

  test('programs are found by name, as in a terminal', async () => {
    const driver = await make(relay, { on: ['true'] });
    await driver.set('on', never);
    expect(driver.commanded.state).toBe('on');
  });
});

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
