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
  /** Which outlet switches the board; null: none; left out: the cable that was found, else the board's own, else the socket. */
  readonly power?: PowerBinding | null | undefined;
  /** Where the board's own USB device hangs; null: nowhere; left out: the socket that was found. */
  readonly usbSocket?: string | null | undefined;
}

/** The bindings a board gets from what was found, beside those it has. Throws LabError BAD_REQUEST. */
export function bindingsFrom(
  found: readonly TeachFound[],
  options: FinishOptions,
  before: Pick<Board, 'consoles' | 'power' | 'usbSocket'> | null,
): Pick<Board, 'consoles' | 'power' | 'usbSocket'> {
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
  return {
    consoles,
    power: options.power === undefined ? powerFrom(found, before?.power ?? null) : options.power,
    usbSocket:
      options.usbSocket === undefined ? (socketFrom(found) ?? before?.usbSocket ?? null) : options.usbSocket,
  };
}

/** A cable cuts the power for sure, a hub's socket perhaps: it takes no other outlet's place. */
function powerFrom(found: readonly TeachFound[], before: PowerBinding | null): PowerBinding | null {
  const cable = found.find(({ role }) => role === 'cable')?.match;
  // Taught anew: its dialect stays.
  if (cable)
    return powerBinding.parse({
      ...(before?.kind === 'acm-cable' ? before : { kind: 'acm-cable' }),
      match: cable,
    });
  if (before !== null && before.kind !== 'usb-hub-port') return before;
  const socket = socketFrom(found);
  return socket ? powerBinding.parse({ ...before, kind: 'usb-hub-port', socket }) : before;
}

/** Also where it switches nothing: what comes and goes in it is a witness. */
function socketFrom(found: readonly TeachFound[]): string | null {
  return found.find(({ role }) => role === 'socket')?.socket ?? null;
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
