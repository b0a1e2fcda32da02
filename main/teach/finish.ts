import {
  type Board,
  type ConsoleBinding,
  consoleBinding,
  fail,
  type PortMatch,
  type PowerBinding,
  powerBinding,
  type TeachFound,
} from '../contract/index.ts';
import { meanSamePort } from '../ports/index.ts';

export interface FinishOptions {
  readonly baudRate: number;
  /** Which outlet switches the board; null: none; left out: the cable that was found, else the socket. */
  readonly power?: PowerBinding | null | undefined;
}

/** The bindings a board gets from what was found, beside those it has. Throws LabError BAD_REQUEST. */
export function bindingsFrom(
  found: readonly TeachFound[],
  options: FinishOptions,
  before: Pick<Board, 'consoles' | 'power'> | null,
): { consoles: ConsoleBinding[]; power: PowerBinding | null } {
  if (options.power?.kind === 'virtual')
    fail('BAD_REQUEST', 'A virtual outlet cannot switch a real board', 'Choose another kind of outlet.', {
      field: 'power',
    });
  let consoles = [...(before?.consoles ?? [])];
  for (const { role, match } of found) {
    if (role !== 'console' || match === null) continue;
    const at = consoles.findIndex((line) => line.match !== null && meanSamePort(line.match, match));
    // Taught anew: its speed and name stay.
    if (at !== -1) consoles = consoles.map((line, index) => (index === at ? { ...line, match } : line));
    else consoles.push(newLine(freeName(consoles), match, options.baudRate));
  }
  if (consoles.length > 16)
    fail('BAD_REQUEST', `A board has at most 16 consoles, this would be ${consoles.length}`, 'Forget some.');
  const power = options.power === undefined ? powerFrom(found) : options.power;
  return { consoles, power: options.power === undefined ? (power ?? before?.power ?? null) : power };
}

/** A cable cuts the power for sure, a hub's socket perhaps. */
function powerFrom(found: readonly TeachFound[]): PowerBinding | null {
  const cable = found.find(({ role }) => role === 'cable')?.match;
  if (cable) return powerBinding.parse({ kind: 'acm-cable', match: cable });
  const socket = found.find(({ role }) => role === 'socket')?.socket;
  return socket ? powerBinding.parse({ kind: 'usb-hub-port', socket }) : null;
}

function newLine(name: string, match: PortMatch, baudRate: number): ConsoleBinding {
  return consoleBinding.parse({ name, match, baudRate });
}

/** `main`, then `uart1`, `uart2`. */
function freeName(consoles: readonly ConsoleBinding[]): string {
  const taken = new Set(consoles.map(({ name }) => name));
  if (!taken.has('main')) return 'main';
  for (let index = 1; ; index += 1) if (!taken.has(`uart${index}`)) return `uart${index}`;
}
