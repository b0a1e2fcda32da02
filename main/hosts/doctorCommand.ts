import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errno.ts';
import { silentLogger } from '../base/logger.ts';
import { LabError } from '../contract/labError.ts';
import { benchChecks, DoctorService, exitCodeOf, reportText, thisMachine } from '../doctor/index.ts';
import { detectEngine, usualPorts } from '../instances/index.ts';
import { NoticesService } from '../notices/index.ts';
import { PortsService } from '../ports/index.ts';
import { TasksService } from '../tasks/index.ts';
import { UsbService } from '../usb/index.ts';
import { qemuAvailability } from '../virtual/index.ts';
import { defaultDataDir, socketPath } from './dataFolder.ts';
import { resourcesFolder } from './resourcesFolder.ts';

/** As sysexits.h has it. */
const wrongUsage = 64;
const askTimeoutMs = 2000;

interface DoctorOptions {
  readonly dataDir: string;
  readonly json: boolean;
  readonly port: number | null;
}

/**
 * `--doctor`: looks once, without a core and beside one that runs, and prints what it found (`--json`: the report of
 * `GET /doctor`). The exit code is 0 where nothing is worse than information, 1 with errors, 2 with warnings, 64 for
 * arguments it does not know. Changes nothing. `program` is how it was called.
 */
export async function runDoctor(argv: readonly string[], program = 'npm start --'): Promise<void> {
  try {
    await look(parse(argv, program));
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
    process.exitCode = wrongUsage;
  }
}

async function look(options: DoctorOptions): Promise<void> {
  const dataDir = resolve(options.dataDir);
  const machine = thisMachine();
  const ports = new PortsService({ logger: silentLogger });
  const resourcesDir = resourcesFolder(import.meta.url);
  const usb = new UsbService({
    dir: dataDir,
    hubControl: ['python3', join(resourcesDir, 'usb', 'hub_control.py')],
    boards: () => new Map(),
    notices: new NoticesService(systemClock),
    clock: systemClock,
    logger: silentLogger,
  });
  await ports.refresh();
  const ending = new AbortController();
  const detected = lazy(() => detectEngine({ env: process.env, signal: ending.signal }));
  const running = lazy(() => pidOfRunning(socketPath(dataDir)));
  const checks = benchChecks(machine, {
    dataDir,
    resourcesDir,
    devices: () => ports.list().map(({ device }) => device),
    holders: (device) => ports.holders(device),
    // Which board has which port is the core's to say; what another program holds is told all the same.
    boundTo: () => null,
    ourPids: async () => {
      const pid = await running();
      return pid === null ? [] : [pid];
    },
    hubs: async () => {
      await usb.refresh();
      return usb.tree().hubs;
    },
    engine: {
      look: async () => {
        const found = await detected();
        return 'engine' in found
          ? { state: 'ready', engine: found.engine.info }
          : { state: 'unavailable', problems: [...found.problems] };
      },
      storageDir: async () => {
        const found = await detected();
        return 'engine' in found ? await found.engine.storageDir() : null;
      },
    },
    qemu: () => qemuAvailability(),
    instancePorts: usualPorts,
    apiPort: options.port,
  });
  const doctor = new DoctorService({
    machine,
    checks,
    tasks: new TasksService(systemClock, silentLogger),
    onDidChangePorts: ports.onDidChange,
    clock: systemClock,
  });
  const report = await doctor.run();
  doctor.dispose();
  ports.dispose();
  usb.dispose();
  ending.abort(new LabError('INTERRUPTED', 'The doctor has gone'));
  process.exitCode = exitCodeOf(report);
  process.stdout.write(
    options.json ? `${JSON.stringify(report)}\n` : reportText(report, process.stdout.columns),
  );
}

/** Throws LabError BAD_REQUEST for what it does not know. */
function parse(argv: readonly string[], program: string): DoctorOptions {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        doctor: { type: 'boolean' },
        headless: { type: 'boolean' },
        json: { type: 'boolean' },
        data: { type: 'string' },
        port: { type: 'string' },
        verbose: { type: 'boolean' },
      },
    });
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && !(Number.isInteger(port) && port > 0 && port < 65_536))
      throw new Error(`--port ${values.port} is no port`);
    return {
      dataDir: values.data ?? process.env.LABDECK_DATA ?? defaultDataDir(),
      json: values.json ?? false,
      port,
    };
  } catch (cause) {
    throw new LabError(
      'BAD_REQUEST',
      messageOf(cause),
      {
        hint: `Usage: ${program} --doctor [--json] [--data FOLDER] [--port N]`,
      },
      { cause },
    );
  }
}

/** The Labdeck that has this data folder, by its own word; null: none answers. */
function pidOfRunning(socket: string): Promise<number | null> {
  return new Promise((resolvePid) => {
    const call = request(
      { socketPath: socket, path: '/api/v1/about', timeout: askTimeoutMs, headers: { host: 'localhost' } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolvePid(pidIn(text)));
        answer.on('error', () => resolvePid(null));
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', () => resolvePid(null));
    call.end();
  });
}

function pidIn(text: string): number | null {
  try {
    const about: unknown = JSON.parse(text);
    const pid = typeof about === 'object' && about !== null && 'pid' in about ? about.pid : null;
    return typeof pid === 'number' ? pid : null;
  } catch {
    return null;
  }
}

/** Done once, for all who ask. */
function lazy<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () => {
    result ??= work();
    return result;
  };
}
