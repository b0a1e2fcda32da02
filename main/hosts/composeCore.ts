import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CallerNames,
  createMessagePortServer,
  createRestHandler,
  createRouter,
  createSocketServer,
  type Services,
  startUnixSocketServer,
} from '../api/index.ts';
import { systemClock } from '../base/clock.ts';
import { DisposableStore } from '../base/disposable.ts';
import type { Logger } from '../base/logger.ts';
import { BoardsService } from '../boards/index.ts';
import {
  ConsoleService,
  checkRules,
  LeaseTable,
  SharingMemory,
  TypingService,
  UploadsService,
} from '../console/index.ts';
import { type About, mayHavePower } from '../contract/index.ts';
import { LabError } from '../contract/labError.ts';
import { createInstances, detectEngine } from '../instances/index.ts';
import { NoticesService } from '../notices/index.ts';
import { PortsService } from '../ports/index.ts';
import { PowerService } from '../power/index.ts';
import { FileSecretStore } from '../secrets/index.ts';
import { SettingsService } from '../settings/index.ts';
import { TaskJournal, TasksService } from '../tasks/index.ts';
import { TeachService } from '../teach/index.ts';
import { UsbService } from '../usb/index.ts';
import { VirtualBench } from '../virtual/index.ts';
import { boardsBySocket } from './boardsBySocket.ts';
import { composeDoctor } from './composeDoctor.ts';
import { composePolicies } from './composePolicies.ts';
import { consoleEars } from './consoleEars.ts';
import { consoleSocketPath, socketPath } from './dataFolder.ts';
import { wireDomains } from './wireDomains.ts';

export interface CoreOptions {
  readonly dataDir: string;
  readonly host: About['host'];
  readonly version: string;
  /** What secrets are encrypted with; null: nothing here keeps a key. */
  readonly secretKey: Buffer | null;
  /** What ships with Labdeck beside its code. */
  readonly resourcesDir: string;
  /** Where devices are shown, when it is elsewhere than in /dev and /sys. */
  readonly machine?: { readonly devDir: string; readonly sysDir: string };
  readonly logger: Logger;
}

export type Core = Awaited<ReturnType<typeof composeCore>>;

/**
 * Builds and starts the core, the same for every host. Rejects with LabError CONFLICT when another Labdeck
 * uses the data folder.
 */
export async function composeCore(options: CoreOptions) {
  const { dataDir, host, version, secretKey, resourcesDir, machine = {}, logger } = options;
  const clock = systemClock;
  const startedAtMs = clock.nowMs();
  await makeDataDir(dataDir);
  // For sockets and what does not outlive a run.
  await makeDataDir(join(dataDir, 'run'));

  const notices = new NoticesService(clock);
  const settings = new SettingsService({ dir: dataDir, notices, logger: logger.child('settings') });
  // Ports ask who is bound, boards ask where ports are: neither does before both are there.
  const ports: PortsService = new PortsService({
    ...machine,
    logger: logger.child('ports'),
    plugged: (socketId) => usb.labelOf(socketId),
    bound: () => boards.claims().map(({ match }) => match),
  });
  const boards: BoardsService = new BoardsService({
    dir: dataDir,
    notices,
    logger: logger.child('boards'),
    // A removed board's recordings stay on disk: its key must never be dealt again.
    isKeyUsed: (key) => existsSync(join(dataDir, 'recordings', key)),
    nodeOf: (match) => ports.resolve(match)?.device ?? null,
    complete: (match) => ports.complete(match),
    check: ({ rules }) => checkRules(rules),
  });
  const usb: UsbService = new UsbService({
    ...machine,
    dir: dataDir,
    hubControl: ['python3', join(resourcesDir, 'usb', 'hub_control.py')],
    boards: () => boardsBySocket(boards, ports),
    notices,
    clock,
    logger: logger.child('usb'),
  });
  const teach = new TeachService({ ports, usb, boards, clock });
  const virtual = new VirtualBench({
    dir: join(dataDir, 'virtual'),
    runtimeDir: join(dataDir, 'run'),
    clock,
    logger: logger.child('virtual'),
  });
  const journal = new TaskJournal({ dir: dataDir, logger: logger.child('tasks') });
  const tasks = new TasksService(clock, logger.child('tasks'), journal);
  const secrets = new FileSecretStore({
    dir: dataDir,
    key: secretKey,
    notices,
    logger: logger.child('secrets'),
  });
  const power = new PowerService({
    boards,
    ports,
    virtual,
    usb,
    secrets,
    tasks,
    ears: consoleEars(() => consoles),
    staggerMs: () => settings.get().powerStaggerMs,
    dir: dataDir,
    clock,
    notices,
    logger: logger.child('power'),
  });
  const leases = new LeaseTable(clock);
  const sharing = new SharingMemory({ dir: dataDir, notices, logger: logger.child('sharing') });
  const policies = composePolicies({
    boards,
    ports,
    usb,
    power,
    consoles: () => consoles,
    leases,
    tasks,
    settings,
    notices,
    dataDir,
    clock,
    logger: logger.child('power'),
  });
  const consoles: ConsoleService = new ConsoleService({
    boards,
    ports,
    virtual,
    leases,
    sharing,
    power: {
      isOff: (boardId) => {
        // A console may outlive its board by a moment.
        if (!boards.find(boardId)) return false;
        const { known, commanded, verdict } = power.read(boardId);
        // What an outlet that lies says keeps nobody from a board that may run on.
        if (verdict?.outcome === 'lies' && known !== 'off') return false;
        return !mayHavePower({ known, commanded });
      },
      off: async (boardId) => {
        power.refuseTested([boardId]);
        await power.set(boardId, 'off', { by: 'rule' });
      },
    },
    warnPowerStaysOn: (consoleId, ruleName, why) => {
      const topic = `rule-failed-${consoleId}-${ruleName}`;
      // Once for each reason, however often a board boots into it.
      if (notices.list().some(({ noticeId, text }) => noticeId === topic && text.startsWith(why))) return;
      notices.post(topic, {
        severity: 'warning',
        title: `${consoleId}: the rule "${ruleName}" could not switch power off`,
        text: `${why}. The rule rests until the next boot.`,
      });
    },
    notify: (consoleId, text) =>
      notices.post(`rule-${consoleId}-${text}`, {
        severity: 'info',
        title: `${consoleId}: ${text}`,
        text: '',
      }),
    showState: (boardId, state) => policies.leds.showByRule(boardId, state),
    retentionOf: (board) => board.retention ?? settings.get().retention,
    dir: join(dataDir, 'recordings'),
    socketPathOf: (consoleId) => consoleSocketPath(dataDir, consoleId),
    clock,
    logger: logger.child('console'),
  });
  const uploads = new UploadsService({
    dir: join(dataDir, 'run', 'uploads'),
    logger: logger.child('uploads'),
  });
  const typing = new TypingService({ consoles, boards, tasks, uploads, clock });
  const ending = new AbortController();
  const lava = createInstances({
    dir: dataDir,
    recipeDir: join(resourcesDir, 'instance'),
    detect: () => detectEngine({ env: process.env, signal: ending.signal }),
    tasks,
    secrets,
    notices,
    clock,
    logger: logger.child('instances'),
  });
  const doctor = composeDoctor({
    ports,
    usb,
    boards,
    lava,
    virtual,
    tasks,
    clock,
    dataDir,
    resourcesDir,
  });
  const services: Services = {
    ports,
    usb,
    boards,
    teach,
    power,
    leds: policies.leds,
    findBoard: policies.findBoard,
    energy: policies.energy,
    consoles,
    leases,
    typing,
    uploads,
    tasks,
    settings,
    notices,
    lava,
    doctor,
    about: async () => ({
      version,
      host,
      pid: process.pid,
      startedAtMs,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      dataDir,
      virtual: { sim: { available: true }, qemu: await qemuAvailability(virtual) },
    }),
    health: () => ({
      status: notices.list().some((notice) => notice.severity !== 'info') ? 'degraded' : 'ok',
      version,
      uptimeMs: clock.nowMs() - startedAtMs,
      notices: notices.list(),
    }),
  };

  const router = createRouter(services);
  const rest = createRestHandler({ router, consoles, leases, version, logger: logger.child('rest') });
  const started = deferred();
  // Taken before anything is read or written: it is also the lock on the data folder.
  const unixSocket = await startUnixSocketServer(
    socketPath(dataDir),
    async (...request) => {
      await started.promise;
      await rest(...request);
    },
    logger.child('socket'),
  );
  const wiring = new DisposableStore();
  try {
    await settings.start();
    await boards.start();
    await ports.start();
    // Before consoles open: who sits in a socket is then known for good.
    await boards.learn();
    await usb.start();
    await virtual.start();
    // Before outlets are asked: some want a password.
    await secrets.start();
    await power.start();
    await sharing.load();
    await uploads.start();
    wiring.add(wireDomains({ ports, boards, power, consoles, virtual, notices, settings, logger }));
    await policies.start();
    await consoles.start();
    await policies.afterReboot();
    await lava.load();
    await tasks.start(lava.unfinishedTasks());
    lava.start();
    started.resolve();
  } catch (error) {
    started.reject(error);
    await unixSocket.close();
    throw error;
  }
  const names = new CallerNames();
  const sockets = createSocketServer(router, consoles, leases, names, logger.child('web'));

  return {
    rest,
    sockets,
    socketPath: unixSocket.path,
    /** What quitting now would cut short, a line each, for people. */
    busy: () => [
      ...consoles
        .all()
        .flatMap(({ consoleId, lease }) =>
          lease?.kind === 'taken' && !names.isWindow(lease.holder.clientId)
            ? [`${lease.holder.who} has ${consoleId}${lease.why === '' ? '' : `: ${lease.why}`}`]
            : [],
        ),
      ...tasks
        .list()
        .filter((task) => task.state === 'running')
        .map((task) => task.title),
    ],
    serveWindow: createMessagePortServer(router, consoles, leases, names),
    /** Lets go of everything: sockets shut, lines closed, recordings flushed, virtual boards dark. */
    async close(): Promise<void> {
      sockets.close();
      await unixSocket.close();
      doctor.dispose();
      await tasks.close();
      await lava.close();
      ending.abort(new LabError('INTERRUPTED', 'Labdeck is closing'));
      await policies.close();
      await power.close();
      await virtual.close();
      await consoles.close();
      leases.dispose();
      wiring.dispose();
      ports.dispose();
      teach.dispose();
      usb.dispose();
    },
  };
}

async function makeDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new LabError(
      'PERMISSION_DENIED',
      `The data folder ${dataDir} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`,
      { hint: 'Choose another with --data FOLDER.' },
      { cause },
    );
  }
}

async function qemuAvailability(virtual: VirtualBench): Promise<About['virtual']['qemu']> {
  const problem = await virtual.availability('qemu');
  return problem === null
    ? { available: true }
    : { available: false, reason: problem.message, hint: problem.hint ?? '' };
}

function deferred() {
  let resolve: () => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Nobody may be waiting when the start fails; whoever asks later still hears of it.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
