import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type CommandOptions, runCommand } from './command.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'labdeck-command-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const timeoutMs = 20_000;
const sh = (script: string, options: Partial<CommandOptions> = {}) =>
  runCommand(['/bin/sh', '-c', script, 'sh', dir], { timeoutMs, ...options });

/** The id a script wrote to a file of the test's folder. */
async function pidIn(name: string): Promise<number> {
  return await vi.waitFor(
    async () => {
      const pid = Number.parseInt(await readFile(path.join(dir, name), 'utf8'), 10);
      expect(pid).toBeGreaterThan(0);
      return pid;
    },
    { timeout: 10_000 },
  );
}

/** A process that ended and was not waited for yet (a zombie) runs no more. */
async function runs(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  return stat !== null && !/\) [ZX] /.test(stat);
}

const isGone = (pid: number) =>
  vi.waitFor(async () => expect(await runs(pid)).toBe(false), { timeout: 10_000 });

test('how it ended and what it printed is told, whichever exit code it had', async () => {
  expect(await sh('echo out; echo err >&2; exit 3')).toMatchObject({
    exitCode: 3,
    endedBy: null,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  expect(await sh('kill -KILL $$')).toMatchObject({ exitCode: null, endedBy: 'SIGKILL' });
});

test('it runs in / with the environment it is given, and reads what it is given', async () => {
  const { stdout } = await sh('pwd; echo "$WORD"; cat', { env: { WORD: 'a b' }, stdin: 'typed\n' });
  expect(stdout).toBe('/\na b\ntyped\n');
  expect((await sh('cat', { stdin: Readable.from(['one ', 'two']) })).stdout).toBe('one two');
});

test('lines come as they are printed, the last one without its end too', async () => {
  const lines: string[] = [];
  await sh('echo one; sleep 0.05; printf two; sleep 0.05; printf " more\\nlast"', {
    onLine: (line) => lines.push(line),
  });
  expect(lines).toEqual(['one', 'two more', 'last']);
});

test('more output than is kept holds nobody up', async () => {
  const { stdout, exitCode } = await sh('head -c 300000 /dev/zero | tr "\\0" x', { maxBytes: 1000 });
  expect([stdout.length, exitCode]).toEqual([1000, 0]);
});

test('what is streamed has arrived when it resolves, and nothing is kept of it', async () => {
  const stdout = new PassThrough();
  const [said, outcome] = await Promise.all([
    text(stdout),
    sh('head -c 300000 /dev/zero | tr "\\0" x', { stdout }),
  ]);
  expect([said.length, outcome.stdout, stdout.writableFinished]).toEqual([300_000, '', true]);
});

test('what it leaves in the background neither holds it up nor is ended', async () => {
  const { exitCode, stdout } = await sh('sleep 60 & echo $! > "$1/pid"; echo done');
  expect([exitCode, stdout]).toEqual([0, 'done\n']);
  const pid = await pidIn('pid');
  expect(await runs(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});

test('one that is given up gets time to end, and its reason is the caller’s', async () => {
  const caller = new AbortController();
  const work = sh(
    'trap "echo ended > $1/end; exit 0" TERM; echo $$ > "$1/pid"; while :; do sleep 0.02; done',
    {
      signal: caller.signal,
      graceMs: timeoutMs,
    },
  );
  const gone = expect(work).rejects.toThrow('gave up');
  const pid = await pidIn('pid');
  caller.abort(new Error('gave up'));
  await gone;
  expect(await readFile(path.join(dir, 'end'), 'utf8')).toBe('ended\n');
  await isGone(pid);
});

test('what heeds no request is killed at the end of its time, with all it started', async () => {
  const work = sh('trap "" TERM; sleep 60 & echo $! > "$1/child"; echo $$ > "$1/pid"; wait; sleep 60', {
    timeoutMs: 500,
    graceMs: 50,
    lateHint: 'Wait longer.',
  });
  await expect(work).rejects.toMatchObject({ code: 'TIMEOUT', hint: 'Wait longer.' });
  await isGone(await pidIn('pid'));
  await isGone(await pidIn('child'));
});

test('one that ends its children itself is asked alone', async () => {
  const caller = new AbortController();
  const script =
    'sh -c \'trap "echo asked > $1/asked" TERM; echo $$ > "$1/child"; while [ ! -e "$1/stop" ]; do sleep 0.02; done\' sh "$1" & ' +
    'trap \'echo > "$1/stop"; wait; exit 0\' TERM; echo $$ > "$1/pid"; wait';
  const work = sh(script, { signal: caller.signal, graceMs: timeoutMs, endsItsChildren: true });
  const gone = expect(work).rejects.toThrow('gave up');
  const child = await pidIn('child');
  await pidIn('pid');
  caller.abort(new Error('gave up'));
  await gone;
  await isGone(child);
  await expect(readFile(path.join(dir, 'asked'))).rejects.toThrow('ENOENT');
});

test('a caller who gave up before starts nothing', async () => {
  const onStart = vi.fn();
  await expect(sh('true', { signal: AbortSignal.abort(new Error('before')), onStart })).rejects.toThrow(
    'before',
  );
  expect(onStart).not.toHaveBeenCalled();
  await sh('true', { onStart });
  expect(onStart).toHaveBeenCalledTimes(1);
});

test('what cannot be started says why', async () => {
  const script = path.join(dir, 'script');
  await writeFile(script, '#!/no/such/interpreter\n');
  const start = (...argv: [string, ...string[]]) => runCommand(argv, { timeoutMs });
  await expect(start(script)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  await chmod(script, 0o755);
  await expect(start(script)).rejects.toThrow('its interpreter is missing');
  await expect(start('labdeck-no-such-program')).rejects.toMatchObject({
    code: 'MISSING_DEPENDENCY',
    message: 'labdeck-no-such-program is not installed',
  });
  await expect(start('/bin/sh', 'a\0b')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});
