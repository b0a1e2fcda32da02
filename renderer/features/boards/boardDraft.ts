import type { Board, CablePower, ConsoleBinding, Port, PortMatch } from '../../../main/contract/index.ts';
import { portTitle, stableMatch } from '../ports/describePort.ts';
import { freeName, nameFromText } from './freeName.ts';

/** A console binding as it is typed: nothing chosen yet, a rate that may not be a number. */
export interface ConsoleDraft extends Omit<ConsoleBinding, 'baudRate'> {
  /** Names the row while its place in the list changes. */
  readonly key: string;
  readonly baudRate: string;
}

export interface CableDraft extends Omit<CablePower, 'kind' | 'match'> {
  readonly match: PortMatch | null;
}

export interface ConnectionsDraft {
  readonly consoles: readonly ConsoleDraft[];
  readonly power: CableDraft | null;
}

export interface BoardDraft {
  readonly name: string;
  readonly displayName: string;
  readonly connections: ConnectionsDraft;
}

export const newCable: CableDraft = { match: null, bitOrder: 'lsb', digits: 'ascii', newline: false };

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
    connections: { consoles: [newConsole('main', port === null ? null : stableMatch(port))], power: null },
  };
}

export function draftOfBoard(board: Board): ConnectionsDraft {
  return {
    consoles: board.consoles.map((binding) => ({
      ...newConsole(binding.name, binding.match),
      ...binding,
      baudRate: String(binding.baudRate),
    })),
    power: board.power === null ? null : cableDraft(board.power),
  };
}

function cableDraft({ kind: _, ...cable }: CablePower): CableDraft {
  return cable;
}
