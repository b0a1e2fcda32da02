import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { type Board, type BoardId, LabError, type PowerBinding } from '../contract/index.ts';
import type { PortsService } from '../ports/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { VirtualBench } from '../virtual/index.ts';
import { AcmCable } from './drivers/acmCable.ts';
import { CommandOutlet } from './drivers/command.ts';
import type { DriverDeps } from './drivers/driverDeps.ts';
import { HomeAssistantOutlet } from './drivers/homeAssistant.ts';
import { PdudaemonOutlet } from './drivers/pdudaemon.ts';
import { ShellyOutlet } from './drivers/shelly.ts';
import { TasmotaOutlet } from './drivers/tasmota.ts';
import { type HubPorts, UsbHubPort } from './drivers/usbHubPort.ts';
import { VirtualPower } from './drivers/virtualPower.ts';
import type { OutletMemory } from './outletMemory.ts';
import type { PowerDriver } from './powerDriver.ts';
import { gangOf, type VirtualGangs } from './virtualGangs.ts';

export interface DriverSources {
  readonly ports: PortsService;
  readonly virtual: Pick<VirtualBench, 'get'>;
  readonly usb: HubPorts;
  readonly secrets: Pick<SecretStore, 'get'>;
  readonly memory: OutletMemory;
  readonly gangs: VirtualGangs;
  readonly clock: Clock;
}

/**
 * Where the password or token of a board's outlet is kept. By the server, too: whatever becomes of the old one when a
 * board is bound elsewhere, no other server is ever sent it.
 */
export function outletSecret(boardKey: string, binding: PowerBinding | null): string {
  const server = binding !== null && 'url' in binding ? `${binding.kind} ${binding.url}` : '';
  const name = createHash('sha256').update(server).digest('hex').slice(0, 16);
  return `power/${boardKey}/outlet-${name}`;
}

/** Kinds of outlets that may want a password or token. */
export function takesSecret({ power }: Pick<Board, 'power'>): boolean {
  return power !== null && ['pdudaemon', 'tasmota', 'shelly', 'home-assistant'].includes(power.kind);
}

/**
 * The driver of a board's outlet; null where it has none. Nothing is sent to the outlet. `boardName` tells what the
 * board is called whenever that matters.
 */
export function makeDriver(
  board: Board,
  key: string,
  boardName: () => BoardId,
  sources: DriverSources,
): PowerDriver | null {
  const { ports, memory, clock, usb, secrets } = sources;
  if (board.virtual !== null) return makeVirtual(board, key, sources);
  const binding = board.power;
  if (binding === null) return null;
  const deps: DriverDeps = {
    secret: () => secrets.get(outletSecret(key, binding)),
    memory,
    clock,
    boardName,
  };
  switch (binding.kind) {
    case 'acm-cable':
      return new AcmCable(binding, { ports, memory, clock });
    case 'usb-hub-port':
      return new UsbHubPort(binding, { usb, memory, clock });
    case 'pdudaemon':
      return new PdudaemonOutlet(binding, deps);
    case 'tasmota':
      return new TasmotaOutlet(binding, deps);
    case 'shelly':
      return new ShellyOutlet(binding, deps);
    case 'home-assistant':
      return new HomeAssistantOutlet(binding, deps);
    case 'command':
      return new CommandOutlet(binding, deps);
    case 'virtual':
      throw new LabError(
        'UNSUPPORTED',
        `${board.boardId} is a real board: a virtual outlet cannot switch it`,
      );
  }
}

function makeVirtual(board: Board, key: string, sources: DriverSources): PowerDriver | null {
  if (board.virtual === null) return null;
  const { virtual, memory, clock, gangs } = sources;
  const binding = board.power?.kind === 'virtual' ? board.power : null;
  const gang = gangOf(board);
  return new VirtualPower(binding ?? { behaviour: 'honest', gang: null }, {
    board: virtual.get(key, board.virtual),
    identity: `virtual ${key}`,
    memory,
    clock,
    ...(gang === null ? {} : { gang: gangs.of(gang, key) }),
  });
}
