import type { Board, ConsoleBinding, Port, PortMatch } from '../../../main/contract/index.ts';
import { portTitle, stableMatch } from '../ports/describePort.ts';
import { newOutlet, type OutletDraft, outletDraft } from '../power/binding/outletDraft.ts';
import { freeName, nameFromText } from './freeName.ts';

/** A console binding as it is typed: nothing chosen yet, a rate that may not be a number. */
export interface ConsoleDraft extends Omit<ConsoleBinding, 'baudRate'> {
  /** Names the row while its place in the list changes. */
  readonly key: string;
  readonly baudRate: string;
}

export interface ConnectionsDraft {
  readonly consoles: readonly ConsoleDraft[];
  /** null: nothing switches it. */
  readonly power: OutletDraft | null;
  /** The hub socket the board itself is plugged into; null: none is known. */
  readonly usbSocket: string | null;
}

export interface BoardDraft {
  readonly name: string;
  readonly displayName: string;
  readonly connections: ConnectionsDraft;
}

let lastKey = 0;

export function newConsole(name: string, match: PortMatch | null): ConsoleDraft {
  lastKey += 1;
  return {
    key: `console-${lastKey}`,
    name,
    match,
    endpoint: null,
    dtr: 'leave',
    rts: 'leave',
    baudRate: '115200',
    dataBits: 8,
    parity: 'none',
    stopBits: 1,
    flowControl: 'none',
  };
}

/** A board to start from, named after the port it was made from. */
export function draftFromPort(port: Port | null, takenNames: readonly string[]): BoardDraft {
  const stem = port === null ? '' : nameFromText(portTitle(port));
  const name =
    stem === ''
      ? freeName('board', takenNames)
      : takenNames.includes(stem)
        ? freeName(stem, takenNames)
        : stem;
  return {
    name,
    displayName: '',
    connections: {
      consoles: [newConsole('main', port === null ? null : stableMatch(port))],
      power: null,
      usbSocket: null,
    },
  };
}

export function draftOfBoard(board: Board): ConnectionsDraft {
  return {
    consoles: board.consoles.map((binding) => ({
      ...newConsole(binding.name, binding.match),
      ...binding,
      baudRate: String(binding.baudRate),
    })),
    power: powerDraft(board),
    usbSocket: board.usbSocket,
  };
}

function powerDraft({ power, virtual }: Board): OutletDraft | null {
  if (power !== null) return outletDraft(power);
  return virtual === null ? null : newOutlet('virtual', null);
}
