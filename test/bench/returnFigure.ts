import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsoleInfo } from '../../main/contract/index.ts';
import type { HeadlessHost } from '../fakes/headlessHost.ts';
import { addBoard, withHost } from './benchHost.ts';
import type { Figure } from './figure.ts';
import { endProcess } from './processes.ts';
import { median, round } from './stats.ts';
import { waitFor } from './waiting.ts';

const rounds = 10;
/** Away long enough that nobody looks for it every moment any more. */
const awayMs = 3_000;

/** A port that went and comes back without a udev event, as a link of the user's own does. */
export const returnFigure: Figure = {
  name: 'return',
  title: `a port away for ${awayMs / 1000} s, back under its name`,
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-return-'));
    const device = join(folder, 'tty');
    try {
      const tookMs = await withHost(async (host) => {
        const took: number[] = [];
        let pty = await plugIn(device);
        await addBoard(host, 'back', device);
        for (let at = 1; at <= rounds; at += 1) {
          progress(`round ${at} of ${rounds}`);
          await endProcess(pty);
          rmSync(device, { force: true });
          await isState(host, 'unplugged');
          await sleep(awayMs);
          pty = await plugIn(device);
          const startMs = performance.now();
          await isState(host, 'open');
          took.push(performance.now() - startMs);
        }
        await endProcess(pty);
        return took;
      });
      return {
        readings: [
          {
            name: 'open again, worst',
            value: Math.max(...tookMs),
            unit: 'ms',
            goal: { is: 'at most', value: 1000 },
            note: `median ${round(median(tookMs))} ms of ${rounds}`,
          },
        ],
        raw: tookMs,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function plugIn(device: string) {
  const socat = spawn('socat', [`pty,raw,echo=0,link=${device}`, 'PIPE'], { stdio: 'ignore' });
  await waitFor(() => (existsSync(device) ? true : null), 5_000, 'socat makes a pty', 1);
  return socat;
}

async function isState(host: HeadlessHost, state: ConsoleInfo['state']): Promise<void> {
  await waitFor(
    async () => {
      const { body } = await host.rest('GET', '/boards/back/consoles');
      return (body as ConsoleInfo[])[0]?.state === state ? true : null;
    },
    10_000,
    `the console is ${state}`,
  );
}
