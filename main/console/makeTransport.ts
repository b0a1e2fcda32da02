import type { Logger } from '../base/logger.ts';
import type { Board, ConsoleBinding, PortMatch, VirtualKind } from '../contract/index.ts';
import { fail } from '../contract/labError.ts';
import { endpointTransport } from './drivers/endpointTransport.ts';
import { type TtyOptions, TtyTransport } from './drivers/ttyTransport.ts';
import { type PrintingBoard, VirtualTransport } from './drivers/virtualTransport.ts';
import type { ConsoleTransport, LineParameters } from './transport.ts';

export interface TransportSources {
  readonly ports: TtyOptions['ports'] & {
    /** Throws LabError DEVICE_GONE, or CONFLICT where several ports meet the match. */
    locate(match: PortMatch): { device: string };
  };
  readonly virtual: { get(key: string, kind: VirtualKind): PrintingBoard };
}

/** Where a console is and how to speak there; null `binding`: a virtual board's own. */
export interface LinePlan {
  readonly name: string;
  readonly binding: ConsoleBinding | null;
  readonly virtual: VirtualKind | null;
}

/** The lines a board has. */
export function planLines(board: Board): LinePlan[] {
  if (board.virtual) return [{ name: 'main', binding: null, virtual: board.virtual }];
  return board.consoles.map((binding) => ({ name: binding.name, binding, virtual: null }));
}

/** Two plans with one recipe make the same line. */
export function recipeOf({ binding, virtual }: LinePlan): string {
  return virtual ? `virtual ${virtual}` : JSON.stringify(binding);
}

export function parametersOf({ binding }: LinePlan): LineParameters {
  if (!binding) return { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' };
  const { baudRate, dataBits, parity, stopBits, flowControl } = binding;
  return { baudRate, dataBits, parity, stopBits, flowControl };
}

/** Makes what carries the line now. Throws LabError DEVICE_GONE or CONFLICT while its port is not to be found. */
export function makeTransport(
  plan: LinePlan,
  boardKey: string,
  { ports, virtual }: TransportSources,
  logger: Logger,
): ConsoleTransport {
  if (plan.virtual) return new VirtualTransport(virtual.get(boardKey, plan.virtual));
  const { match, endpoint } = plan.binding ?? fail('INTERNAL', 'A console without a binding');
  const line = parametersOf(plan);
  if (match) return new TtyTransport({ device: ports.locate(match).device, line, ports });
  return endpointTransport(endpoint ?? fail('INTERNAL', 'A console that is nowhere'), line, logger);
}
