import { aboutContract } from './about.ts';
import { boardsContract } from './boards.ts';
import { consolesContract } from './consoles.ts';
import { portsContract } from './ports.ts';
import { ledsContract, powerContract } from './power.ts';
import { settingsContract } from './settings.ts';

/** Everything a client of the core can ask. MessagePort, WebSocket and REST all come from it. */
export const contract = {
  ports: portsContract,
  boards: boardsContract,
  power: powerContract,
  leds: ledsContract,
  consoles: consolesContract,
  settings: settingsContract,
  about: aboutContract,
};

export * from './about.ts';
export * from './boards.ts';
export * from './consoles.ts';
export * from './dataChannel.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './labError.ts';
export * from './ports.ts';
export * from './power.ts';
export * from './settings.ts';
export * from './shell.ts';
