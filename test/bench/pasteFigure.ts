import type { HeadlessHost } from '../fakes/headlessHost.ts';
import { withHost } from './benchHost.ts';
import type { Figure, Reading } from './figure.ts';
import { round } from './stats.ts';
import { waitFor } from './waiting.ts';

const lineCount = 10_000;
const consoleId = 'paste.main';
const timeoutMs = 300_000;

/** A long environment typed to a real U-Boot, each line once the one before was echoed: what arrives, and how fast. */
export const pasteFigure: Figure = {
  name: 'paste',
  title: `${lineCount} lines of U-Boot environment pasted with wait-for-echo`,
  run: (progress) =>
    withHost(async (host) => {
      progress('U-Boot starts');
      await startBootloader(host);
      // The prompt it is typed at is there already.
      const from = (await host.recording(consoleId)).lastIndexOf('=> ');
      const lines = Array.from({ length: lineCount }, (_, n) => `setenv var${n} value ${n} of ${lineCount}`);
      progress('pasting');
      const startMs = performance.now();
      await paste(host, `${lines.join('\n')}\n`);
      const seconds = (performance.now() - startMs) / 1000;
      const echoed = echoedCommands(await host.waitForOutput(consoleId, lines.at(-1) ?? '', from));
      const wrong = lines.filter((line, index) => echoed[index] !== line).length;
      const extra = Math.max(0, echoed.length - lines.length);
      return { readings: read(wrong + extra, seconds), raw: { seconds, wrong, extra } };
    }),
};

async function startBootloader(host: HeadlessHost): Promise<void> {
  await call(host, 'POST', '/boards', { name: 'paste', virtual: 'qemu' });
  await call(host, 'PUT', '/boards/paste/power', { state: 'on' });
  await host.waitForOutput(consoleId, 'autoboot');
  await call(host, 'POST', `/consoles/${consoleId}/input`, { text: ' ' });
  await host.waitForOutput(consoleId, '=> ');
}

async function paste(host: HeadlessHost, text: string): Promise<void> {
  const { taskId } = await call(host, 'POST', `/consoles/${consoleId}/paste`, { text, waitForEcho: true });
  const task = await waitFor(
    async () => {
      const now = await call(host, 'GET', `/tasks/${taskId}`);
      return now.endedAtMs === null ? null : now;
    },
    timeoutMs,
    'the paste ends',
    100,
  );
  if (task.state !== 'succeeded') throw new Error(`the paste ${task.state}: ${JSON.stringify(task.problem)}`);
}

// biome-ignore lint/suspicious/noExplicitAny: the answer of whatever was called
async function call(host: HeadlessHost, method: string, path: string, body?: unknown): Promise<any> {
  const answer = await host.rest(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** What stands behind each prompt: what U-Boot read, for it echoes what it reads. */
function echoedCommands(output: string): string[] {
  return output
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith('=> '))
    .map((line) => line.slice(3))
    .filter((command) => command !== '');
}

function read(wrong: number, seconds: number): Reading[] {
  return [
    {
      name: 'lines that did not arrive as they were',
      value: wrong,
      unit: 'lines',
      goal: { is: 'at most', value: 0 },
      note: `of ${lineCount}`,
    },
    {
      name: 'speed',
      value: lineCount / seconds,
      unit: 'lines/s',
      goal: null,
      note: `${round(seconds)} s in all`,
    },
  ];
}
