import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SharingState } from '../../main/contract/index.ts';
import { addBoard, withHost } from './benchHost.ts';
import type { Figure } from './figure.ts';
import { childScript } from './paths.ts';
import { endProcess } from './processes.ts';
import { percentile, round } from './stats.ts';
import { waitFor, withTimeout } from './waiting.ts';

const keys = 1000;
const warmUpKeys = 50;
/** As somebody types; faster, and one key's recording would wait for the one before. */
const pauseMs = 4;

/** A key from a program through a shared console, the core and a pty to an echo and back: what the core adds. */
export const wireFigure: Figure = {
  name: 'wire',
  title: `echo through a headless core, ${keys} keys`,
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-wire-'));
    const device = join(folder, 'tty');
    const socat = spawn('socat', [`pty,raw,echo=0,link=${device}`, 'PIPE'], { stdio: 'ignore' });
    try {
      await waitFor(() => (existsSync(device) ? true : null), 5000, 'socat makes a pty');
      progress('the pty alone');
      const bareMs = bareRoundTrips(device);
      progress('through the core');
      const throughMs = await withHost(async (host) => {
        await addBoard(host, 'echo', device);
        const { body } = await host.rest('PUT', '/consoles/echo.main/sharing', { unix: {} });
        const socket = connect((body as SharingState).unix?.path ?? '');
        await once(socket, 'connect');
        try {
          return await roundTrips(socket);
        } finally {
          socket.destroy();
        }
      });
      const added = (p: number) => percentile(throughMs, p) - percentile(bareMs, p);
      const note = (p: number) =>
        `${round(percentile(throughMs, p))} against ${round(percentile(bareMs, p))} ms for the pty alone`;
      return {
        readings: [
          { name: 'added, p50', value: added(50), unit: 'ms', goal: null, note: note(50) },
          {
            name: 'added, p99',
            value: added(99),
            unit: 'ms',
            goal: { is: 'at most', value: 2 },
            note: note(99),
          },
        ],
        raw: { bareMs, throughMs },
      };
    } finally {
      await endProcess(socat);
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function bareRoundTrips(device: string): number[] {
  const argv = [childScript('roundTrips'), device, String(keys)];
  const answer = execFileSync(process.execPath, argv, { timeout: 30_000, encoding: 'utf8' });
  return (JSON.parse(answer) as number[]).map((us) => us / 1000);
}

async function roundTrips(socket: Socket): Promise<number[]> {
  const took: number[] = [];
  for (let at = 0; at < warmUpKeys + keys; at += 1) {
    const startMs = performance.now();
    const echo = once(socket, 'data');
    socket.write('a');
    await withTimeout(echo, 5000, `the echo of key ${at}`);
    took.push(performance.now() - startMs);
    await sleep(pauseMs);
  }
  return took.slice(warmUpKeys);
}
