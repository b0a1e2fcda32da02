import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createLogger, silentLogger } from '../../base/logger.ts';
import type { LabError } from '../../contract/labError.ts';
import { CommandTransport } from './commandTransport.ts';
import { describeConsoleTransport } from './consoleTransport.suite.ts';

const never = new AbortController().signal;
const waiting = { timeout: 8_000, interval: 5 };

/** Prints what is appended to one file, and puts what is typed into another. */
const program = 'echo $$ > "$3"; tail -c +1 -f "$1" & exec cat >> "$2"';

describeConsoleTransport('command', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'labdeck-command-'));
  const [printed, typed, pid] = [join(dir, 'printed'), join(dir, 'typed'), join(dir, 'pid')];
  for (const file of [printed, typed, pid]) writeFileSync(file, '');
  return {
    transport: new CommandTransport({
      argv: ['sh', '-c', program, 'sh', printed, typed, pid],
      logger: silentLogger,
    }),
    print: (bytes) => writeFileSync(printed, bytes, { flag: 'a' }),
    typed: () => readFileSync(typed),
    hangUp: async () => {
      await vi.waitFor(() => expect(readFileSync(pid, 'utf8')).toMatch(/\d\n/), waiting);
      // Its child goes on, with the pipe in hand.
      process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
    },
    dispose: async () => rmSync(dir, { recursive: true, force: true }),
  };
});

test('a program that ends is gone with its exit code and its last words, after its last output', async () => {
  const lines: string[] = [];
  const transport = new CommandTransport({
    argv: ['sh', '-c', 'printf ready; echo "no such board" >&2; exit 3'],
    logger: createLogger((text) => lines.push(text)),
  });
  let printed = '';
  transport.onDidReceive((bytes) => {
    printed += Buffer.from(bytes).toString();
  });
  const reason = await new Promise<LabError | null>((resolve) => {
    transport.onDidClose(resolve);
    void transport.open(never);
  });
  expect(reason).toMatchObject({
    code: 'DEVICE_GONE',
    message: 'sh ended with 3: no such board',
    data: { details: { exitCode: 3 } },
  });
  expect(printed).toBe('ready');
  expect(lines.join()).toContain('no such board');
});

test('closing ends the program and whatever it has started', async () => {
  const transport = new CommandTransport({
    argv: ['sh', '-c', 'sleep 1000 & echo $!; wait'],
    logger: silentLogger,
  });
  let printed = '';
  transport.onDidReceive((bytes) => {
    printed += Buffer.from(bytes).toString();
  });
  await transport.open(never);
  await vi.waitFor(() => expect(printed).toMatch(/\d+\n/), waiting);
  await transport.close();
  await vi.waitFor(() => expect(isRunning(Number(printed))).toBe(false), waiting);
});

test('a program that is not there is a missing dependency', async () => {
  const transport = new CommandTransport({ argv: ['no-such-program-at-all'], logger: silentLogger });
  await expect(transport.open(never)).rejects.toMatchObject({ code: 'MISSING_DEPENDENCY' });
});

test('what the arguments hold is not read by a shell', async () => {
  const transport = new CommandTransport({ argv: ['printf', '%s', '$HOME; `id`'], logger: silentLogger });
  let printed = '';
  transport.onDidReceive((bytes) => {
    printed += Buffer.from(bytes).toString();
  });
  await transport.open(never);
  await vi.waitFor(() => expect(printed).toBe('$HOME; `id`'), waiting);
  await transport.close();
});

/** A zombie that nobody has waited for counts as ended. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
