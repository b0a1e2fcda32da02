import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ser2net } from '../fakes/ser2net.ts';
import { addBoard, type RestClient, removeBoard, withHost } from './benchHost.ts';
import { consoleText } from './consoleText.ts';
import type { Figure, Reading } from './figure.ts';
import { cpuSeconds, isInstalled } from './processes.ts';
import { PtyLines } from './ptyLines.ts';
import { median, range, ratiosOf, round } from './stats.ts';
import { shareByTelnet, TelnetReader } from './telnetReader.ts';

const rounds = 5;
const seed = 1;
const floodBytes = 32 * 1024 * 1024;
const timeoutMs = 60_000;
const boardName = 'flooded';

/** Something that hands out a tty by telnet. */
interface TelnetServer {
  readonly name: string;
  start(device: string, folder: string): Promise<{ port: number; pid: number; stop(): Promise<void> }>;
}

interface Run {
  readonly server: string;
  readonly round: number;
  readonly megabytesPerSecond: number;
  readonly cpuSecondsPerGigabyte: number;
  readonly identical: boolean;
}

/** From a pty to a telnet client, as fast as the far end can print. Labdeck records it all meanwhile. */
export const telnetFigure: Figure = {
  name: 'telnet',
  title: 'pty to a telnet client',
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'labdeck-bench-telnet-'));
    try {
      return await withHost(async (host, dataDir) => {
        const servers = [labdeck(host, host.pid, dataDir), ...(isInstalled('ser2net') ? [ser2net] : [])];
        const runs: Run[] = [];
        for (let round = 1; round <= rounds; round += 1)
          for (const server of servers) {
            progress(`${server.name}, round ${round} of ${rounds}`);
            runs.push({ round, ...(await measure(server, folder)) });
          }
        return { readings: read(runs), raw: runs };
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const ser2net: TelnetServer = {
  name: 'ser2net',
  async start(device, folder) {
    const server = await Ser2net.start(folder, device);
    return { port: server.port, pid: server.pid, stop: () => server.stop() };
  },
};

function labdeck(host: RestClient, pid: number, dataDir: string): TelnetServer {
  return {
    name: 'labdeck',
    async start(device) {
      await addBoard(host, boardName, device);
      return {
        port: await shareByTelnet(host, boardName),
        pid,
        stop: () => removeBoard(host, dataDir, boardName),
      };
    },
  };
}

async function measure(server: TelnetServer, folder: string): Promise<Omit<Run, 'round'>> {
  const lines = await PtyLines.open(1);
  try {
    await lines.prepare(seed, floodBytes);
    const running = await server.start(lines.devices[0] ?? '', folder);
    const reader = TelnetReader.open(running.port);
    try {
      await reader.settled();
      const cpuBefore = cpuSeconds(running.pid);
      const flooded = lines.flood(timeoutMs);
      // Its own failure is reported below, unless the wait fails first.
      flooded.catch(() => {});
      const endNs = await reader.receives(floodBytes, timeoutMs);
      const cpu = cpuSeconds(running.pid) - cpuBefore;
      const seconds = Number(endNs - BigInt((await flooded).startNs)) / 1e9;
      return {
        server: server.name,
        megabytesPerSecond: floodBytes / 1e6 / seconds,
        cpuSecondsPerGigabyte: cpu / (floodBytes / 1e9),
        identical: sha256(reader.text()) === sha256(consoleText(seed, floodBytes)),
      };
    } finally {
      reader.close();
      await running.stop();
    }
  } finally {
    await lines.close();
  }
}

function read(runs: readonly Run[]): Reading[] {
  const of = (name: string) => runs.filter((run) => run.server === name);
  const speeds = (name: string) => of(name).map((run) => run.megabytesPerSecond);
  const cpu = (name: string) => round(median(of(name).map((run) => run.cpuSecondsPerGigabyte)));
  const ratios = ratiosOf(speeds('labdeck'), speeds('ser2net'));
  const measured = ratios.length > 0;
  return [
    {
      name: 'speed / ser2net',
      value: measured ? median(ratios) : null,
      unit: 'x',
      goal: { is: 'at least', value: 1.2 },
      note: measured
        ? `${round(median(speeds('labdeck')))} against ${round(median(speeds('ser2net')))} MB/s; ` +
          `CPU ${cpu('labdeck')} (recording too) against ${cpu('ser2net')} s/GB; rounds gave ${range(ratios)}`
        : 'ser2net is not installed',
    },
    {
      name: 'streams unlike what was printed',
      value: of('labdeck').filter((run) => !run.identical).length,
      unit: 'files',
      goal: { is: 'at most', value: 0 },
      note: `of ${of('labdeck').length}`,
    },
  ];
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
