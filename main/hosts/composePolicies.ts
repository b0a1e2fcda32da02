import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import type { BoardsService } from '../boards/index.ts';
import type { ConsoleService, LeaseTable } from '../console/index.ts';
import { type BoardId, type ConsoleId, type Lease, toConsoleId } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import type { PortsService } from '../ports/index.ts';
import {
  AfterReboot,
  EnergyService,
  FindBoard,
  IdleOff,
  LedLanguage,
  LedMemory,
  offAtQuit,
  type PowerService,
  readMachineBoot,
  UnfinishedTests,
} from '../power/index.ts';
import type { SettingsService } from '../settings/index.ts';
import type { TasksService } from '../tasks/index.ts';
import type { UsbService } from '../usb/index.ts';
import { boardLight } from './boardLight.ts';
import { hubLights } from './hubLights.ts';

interface PolicyParts {
  readonly boards: BoardsService;
  readonly ports: PortsService;
  readonly usb: UsbService;
  readonly power: PowerService;
  /** They know the policies, too: asked only once both are there. */
  readonly consoles: () => ConsoleService;
  readonly leases: LeaseTable;
  readonly tasks: TasksService;
  readonly settings: SettingsService;
  readonly notices: NoticesService;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type Policies = ReturnType<typeof composePolicies>;

/** What is done with power, and said with LEDs, without anybody asking; and what it took. */
export function composePolicies(parts: PolicyParts) {
  const { boards, power, consoles, leases, tasks, settings, notices, dataDir, clock } = parts;
  const monotonicMs = () => performance.now();
  const logger = parts.logger.child('policies');
  const held = new DisposableStore();
  const common = { boards, notices, clock, monotonicMs };
  const staggerMs = () => settings.get().powerStaggerMs;
  const openConsoles = new Set<ConsoleId>();
  const consolesOf = (boardId: BoardId): ConsoleId[] => {
    const board = boards.find(boardId);
    if (!board) return [];
    const names = board.virtual === null ? board.consoles.map(({ name }) => name) : ['main'];
    return names.map((name) => toConsoleId(boardId, name));
  };
  const leasesOf = (boardId: BoardId): Lease[] =>
    consolesOf(boardId).flatMap((consoleId) => leases.read(consoleId) ?? []);

  const idle = new IdleOff({
    ...common,
    power: {
      read: (boardId) => power.read(boardId),
      onDidChange: power.onDidChange,
      off: async (boardId) => void (await power.set(boardId, 'off', { by: 'idle' })),
    },
    isInUse: (boardId) =>
      leasesOf(boardId).some(({ kind, idle }) => kind === 'taken' || !idle) ||
      tasks.list().some(({ state, kind, subject }) => {
        if (state !== 'running' || subject === null) return false;
        // An instance may go by the name of a board.
        return subject.startsWith(`${boardId}.`) || (subject === boardId && kind.startsWith('power-'));
      }),
    deafTo: (boardId) => {
      const all = consolesOf(boardId);
      return all.length === 0 || all.some((consoleId) => openConsoles.has(consoleId))
        ? null
        : 'no console of it is open';
    },
    logger,
  });
  const afterReboot = new AfterReboot({
    boards,
    dir: dataDir,
    power: {
      read: (boardId) => power.read(boardId),
      // What Labdeck told the outlet at its own end, or in a power-truth test that was killed, is nobody's wish.
      wanted: (boardId) =>
        power.leftByTest(boardId) ?? power.commandedBeforeOwn(boardId) ?? power.read(boardId).commanded,
      set: async (boardId, state, together, signal) =>
        void (await power.set(boardId, state, { by: 'reboot', together, signal })),
    },
    staggerMs,
    readBoot: () => readMachineBoot(),
    notices,
    clock,
    logger,
  });
  const unfinishedTests = new UnfinishedTests({
    boards,
    power: {
      leftByTest: (boardId) => power.leftByTest(boardId),
      set: async (boardId, state, together, signal) =>
        void (await power.set(boardId, state, { by: 'test', together, signal })),
    },
    isDecided: (boardId) => afterReboot.decides(boardId),
    holderOf: (boardId) =>
      leasesOf(boardId).find(({ kind, idle }) => kind === 'taken' || !idle)?.holder.who ?? null,
    staggerMs,
    notices,
    clock,
    logger,
  });
  const energy = new EnergyService({
    ...common,
    power,
    dir: join(dataDir, 'energy'),
    logger: parts.logger.child('energy'),
  });
  const memory = new LedMemory({ dir: dataDir, logger, notices });
  const leds = new LedLanguage({
    ...common,
    power,
    memory,
    stageOrder: (stage) => consoles().stageOrder(stage),
    holdersOf: (boardId) =>
      leasesOf(boardId).flatMap(({ kind, holder }) => (kind === 'taken' ? [holder.who] : [])),
    // Nothing hands boards to LAVA yet, so no lease is a job's.
    hasJob: () => false,
    hasPortLight: (boardId) => boardLight(boardId, parts) !== null,
    logger: parts.logger.child('leds'),
  });
  const findBoard = new FindBoard({
    leds,
    boards,
    power,
    refuseTested: (boardIds) => power.refuseTested(boardIds),
    indicatorOf: (boardId) => {
      const light = boardLight(boardId, parts);
      return light && { light: (on) => light.show(on ? 'this-one' : leds.ledState(boardId)) };
    },
    clock,
    logger: parts.logger.child('leds'),
  });
  const changed = new Emitter<BoardId>();
  power.extend({
    idleOffAtMs: (boardId) => idle.idleOffAtMs(boardId),
    idleOffHeld: (boardId) => idle.idleOffHeld(boardId),
    ledState: (boardId) => leds.ledState(boardId),
    onDidChange: changed.event,
  });

  function listen(): void {
    held.add(idle.onDidChange((boardId) => changed.fire(boardId)));
    held.add(leds.onDidChange((boardId) => changed.fire(boardId)));
    held.add(hubLights({ leds, lightOf: (boardId) => boardLight(boardId, parts), logger }));
    held.add(consoles().onDidOutput(({ boardId }) => idle.noteActivity(boardId)));
    held.add(
      consoles().onDidChange(({ consoleId, info }) => {
        if (info?.state === 'open') openConsoles.add(consoleId);
        else openConsoles.delete(consoleId);
        idle.noteConsole(split(consoleId).boardId);
      }),
    );
    held.add(
      consoles().onDidBoot(({ consoleId, boot }) => {
        const { boardId, name } = split(consoleId);
        leds.noteBoot(boardId, name, boot);
      }),
    );
    held.add(
      leases.onDidChange(({ consoleId }) => {
        const { boardId } = split(consoleId);
        idle.noteUse(boardId);
        leds.noteUse(boardId);
      }),
    );
    held.add(tasks.onDidChange(() => idle.reviewUse()));
  }

  return {
    energy,
    leds,
    findBoard,
    /** Call after power started and before consoles do: their first boots are news to the LEDs. */
    async start(): Promise<void> {
      listen();
      await memory.load();
      await energy.start();
      leds.start();
      idle.start();
    },
    /** Carries out what is to be done after a reboot or a crash. Call once consoles record what comes of it. */
    async afterReboot(): Promise<void> {
      await afterReboot.start();
      unfinishedTests.start();
    },
    /** Switches off what is to be off at the end. Call before power closes. Never rejects. */
    async close(): Promise<void> {
      held.dispose();
      idle.dispose();
      await afterReboot.close();
      await unfinishedTests.close();
      await findBoard.close();
      await leds.close();
      await offAtQuit({
        boards,
        power: {
          read: (boardId) => power.read(boardId),
          off: async (boardId, together) => void (await power.set(boardId, 'off', { by: 'quit', together })),
        },
        logger,
      });
      await energy.close();
    },
  };
}

function split(consoleId: ConsoleId): { boardId: BoardId; name: string } {
  const dot = consoleId.indexOf('.');
  return { boardId: consoleId.slice(0, dot) as BoardId, name: consoleId.slice(dot + 1) };
}
