import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { BoardsService } from '../boards/index.ts';
import type { BoardId, SwitchState } from '../contract/index.ts';
import type { NoticesService } from '../notices/index.ts';
import type { PortsService } from '../ports/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { TasksService } from '../tasks/index.ts';
import type { VirtualBench } from '../virtual/index.ts';
import type { HubPorts } from './drivers/usbHubPort.ts';
import type { HubSockets } from './ownSocket.ts';
import type { PowerEars } from './powerEars.ts';

export interface PowerDeps {
  readonly boards: BoardsService;
  readonly ports: PortsService;
  readonly virtual: Pick<VirtualBench, 'get'>;
  readonly usb: HubPorts & HubSockets;
  readonly secrets: Pick<SecretStore, 'get' | 'set' | 'remove'>;
  readonly tasks: Pick<TasksService, 'run'>;
  readonly ears: PowerEars;
  /** Between two boards of a group that is switched on, in milliseconds. */
  readonly staggerMs: () => number;
  readonly dir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where a damaged file is told; without it only the log says so. */
  readonly notices?: NoticesService;
}

/** What is about to leave for an outlet, for the recording to mark. */
export interface PowerCommand {
  readonly boardId: BoardId;
  readonly what: SwitchState | 'led';
  readonly detail: string;
}

export interface SwitchOptions {
  /** Who or what commands it: a caller's name, `idle`, `rule`. */
  readonly by?: string;
  /** Off although other boards lose their power with it, or a keyboard or the system's disk does. */
  readonly force?: boolean;
  /** Boards that go off anyway: they are no reason against it. */
  readonly together?: readonly BoardId[];
  readonly signal?: AbortSignal;
  /**
   * Called when its turn has come, with all boards whose power it moves: who waits for a command of somebody else may
   * find a board taken meanwhile. What it throws is why nothing is switched.
   */
  readonly claim?: (boardIds: readonly BoardId[]) => void;
}

export interface SetManyOptions {
  readonly boardIds: readonly BoardId[];
  readonly state: SwitchState;
  /** Left out: as the settings say. */
  readonly staggerMs?: number | undefined;
  readonly force?: boolean;
  readonly by?: string;
  /** Called before each board is switched, with all whose power it moves; what it throws is that board's failure. */
  readonly claim?: (boardIds: readonly BoardId[]) => void;
}

export interface TestOptions {
  /** How long it watches a board that is off, in milliseconds; longer where its policy wants that. */
  readonly offMs: number;
  /** How long it waits for a sign of a boot, in milliseconds. */
  readonly bootMs: number;
  readonly force?: boolean;
  /** As that of `SwitchOptions`. */
  readonly claim?: (boardIds: readonly BoardId[]) => void;
}
