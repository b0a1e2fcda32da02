import { aboutContract } from './about.ts';
import { boardsContract } from './boards.ts';
import { bootsContract } from './boots.ts';
import { consolesContract } from './consoles.ts';
import { engineContract } from './engine.ts';
import { exportsContract } from './exports.ts';
import { backupsContract, imagesContract, instancesContract } from './instances.ts';
import { leasesContract } from './leases.ts';
import { portsContract } from './ports.ts';
import { ledsContract, powerContract } from './power.ts';
import { rulesContract } from './rules.ts';
import { searchContract } from './search.ts';
import { settingsContract } from './settings.ts';
import { sharingContract } from './sharing.ts';
import { shellsContract } from './shells.ts';
import { tasksContract } from './tasks.ts';
import { typingContract, uploadsContract } from './typing.ts';
import { watchesContract } from './watches.ts';

/** Everything a client of the core can ask. MessagePort, WebSocket and REST all come from it. */
export const contract = {
  ports: portsContract,
  boards: boardsContract,
  power: powerContract,
  leds: ledsContract,
  consoles: consolesContract,
  boots: bootsContract,
  search: searchContract,
  exports: exportsContract,
  leases: leasesContract,
  sharing: sharingContract,
  typing: typingContract,
  uploads: uploadsContract,
  rules: rulesContract,
  tasks: tasksContract,
  engine: engineContract,
  instances: instancesContract,
  backups: backupsContract,
  images: imagesContract,
  shells: shellsContract,
  watches: watchesContract,
  settings: settingsContract,
  about: aboutContract,
};

export * from './about.ts';
export * from './boards.ts';
export * from './boots.ts';
export * from './consoles.ts';
export * from './dataChannel.ts';
export * from './engine.ts';
export * from './errors.ts';
export * from './exports.ts';
export * from './ids.ts';
export * from './instanceSources.ts';
export * from './instances.ts';
export * from './labError.ts';
export * from './leases.ts';
export * from './ports.ts';
export * from './power.ts';
export * from './rules.ts';
export * from './search.ts';
export * from './settings.ts';
export * from './sharing.ts';
export * from './shell.ts';
export * from './shells.ts';
export * from './tasks.ts';
export * from './typing.ts';
export * from './wall.ts';
export * from './watches.ts';
