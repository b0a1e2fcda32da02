import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Logger } from '../base/logger.ts';
import type { BoardsService } from '../boards/index.ts';
import type { BootFault, ConsoleService } from '../console/index.ts';
import type { BoardId, Notice, PowerReading } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import { noticeClones, type PortsService } from '../ports/index.ts';
import type { PowerService } from '../power/index.ts';
import type { SettingsService } from '../settings/index.ts';
import type { VirtualBench } from '../virtual/index.ts';

interface Domains {
  readonly ports: PortsService;
  readonly boards: BoardsService;
  readonly power: PowerService;
  readonly consoles: ConsoleService;
  readonly virtual: VirtualBench;
  readonly notices: NoticesService;
  readonly settings: SettingsService;
  readonly logger: Logger;
}

/** What one domain tells another, in one place, so that none of them has to know the others. */
export function wireDomains(domains: Domains): Disposable {
  const { ports, boards, power, consoles, virtual, notices, settings, logger } = domains;
  const held = new DisposableStore();
  // Who is first seen in a socket that a board binds is kept: nobody else is then taken for it.
  held.add(ports.onDidChange(() => void boards.learn()));
  held.add(noticeClones(ports, notices));
  // What a console prints is evidence of power.
  held.add(consoles.onDidOutput(({ boardId, atMs }) => power.noteOutput(boardId, atMs)));
  held.add(
    consoles.onDidBoot(({ consoleId, boot }) => {
      const info = consoles.all().find((each) => each.consoleId === consoleId);
      if (info) power.noteBoot(info.boardId, boot);
    }),
  );
  // Power and LED commands are marked in the recording, before the board can react to them.
  held.add(
    power.onDidCommand(({ boardId, what, detail }) =>
      consoles.note(
        boardId,
        what === 'led' ? 'led' : 'power',
        what === 'led' ? { detail } : { state: what, detail },
      ),
    ),
  );
  held.add(power.onDidChange(({ boardId }) => consoles.refresh(boardId)));
  held.add(settings.onDidChange(() => consoles.sweepRecordings()));
  held.add(
    consoles.onDidFault(({ consoleId, boardId, fault }) => {
      const { title, severity } = faultWords(boardId, fault, power.readings());
      consoles.get(consoleId).mark(title);
      notices.post(`fault-${consoleId}`, { severity, title, text: fault.stage.text });
    }),
  );
  held.add(
    consoles.onDidChange(({ consoleId, info }) => {
      const topic = `recording-${consoleId}`;
      if (info?.recording.state !== 'paused') notices.dismiss(topic);
      else if (!notices.list().some((notice) => notice.noticeId === topic))
        notices.post(topic, {
          severity: 'error',
          title: `Recording of ${consoleId} is paused`,
          text: `${info.recording.reason ?? 'The disk refuses it'}. The console goes on; recording goes on once there is room.`,
        });
    }),
  );
  // The machine behind a virtual board goes with it.
  const keys = new Map(boards.list().map((board) => [board.boardId, boards.key(board.boardId)]));
  held.add(
    boards.onDidChange((event) => {
      if (event.type === 'removed') {
        for (const { noticeId } of notices.list())
          if (noticeId.startsWith(`fault-${event.board.boardId}.`)) notices.dismiss(noticeId);
        const key = keys.get(event.board.boardId);
        keys.delete(event.board.boardId);
        if (event.board.virtual && key !== undefined)
          virtual.remove(key).catch((error) => logger.error('a virtual board stays behind', { key, error }));
        return;
      }
      if (event.type === 'updated') keys.delete(event.before.boardId);
      keys.set(event.board.boardId, boards.key(event.board.boardId));
    }),
  );
  return held;
}

/** A board boots so long after it got its power back together with another one. */
const takenAlongMs = 60_000;

function faultWords(
  boardId: BoardId,
  { kind, orderly, stage }: BootFault,
  readings: readonly PowerReading[],
): { severity: Notice['severity']; title: string } {
  if (kind === 'panic') return { severity: 'error', title: `${boardId} panicked` };
  if (kind === 'oops') return { severity: 'warning', title: `${boardId} had a kernel oops` };
  const other = readings.find(
    ({ outlet, commandedAtMs }) =>
      outlet?.alsoCuts.includes(boardId) &&
      commandedAtMs !== null &&
      stage.atMs >= commandedAtMs &&
      stage.atMs - commandedAtMs < takenAlongMs,
  );
  // Whoever switched the other one was asked before.
  if (other && !orderly)
    return { severity: 'info', title: `${boardId} was switched together with ${other.boardId}` };
  return orderly
    ? { severity: 'info', title: `${boardId} rebooted by itself` }
    : { severity: 'warning', title: `${boardId} was reset without a power command` };
}
