import { aboutContract } from './about.ts';
import { backupsContract } from './backups.ts';
import { boardsContract } from './boards.ts';
import { bootsContract } from './boots.ts';
import { consolesContract } from './consoles.ts';
import { doctorContract } from './doctor.ts';
import { energyContract } from './energy.ts';
import { engineContract } from './engine.ts';
import { exportsContract } from './exports.ts';
import { imagesContract } from './images.ts';
import { instancesContract } from './instances.ts';
import { leasesContract } from './leases.ts';
import { ledsContract } from './leds.ts';
import { portsContract } from './ports.ts';
import { powerContract } from './power.ts';
import { rulesContract } from './rules.ts';
import { searchContract } from './search.ts';
import { settingsContract } from './settings.ts';
import { sharingContract } from './sharing.ts';
import { shellsContract } from './shells.ts';
import { tasksContract } from './tasks.ts';
import { teachContract } from './teach.ts';
import { typingContract, uploadsContract } from './typing.ts';
import { usbContract } from './usb.ts';
import { watchesContract } from './watches.ts';

/** Everything a client of the core can ask. MessagePort, WebSocket and REST all come from it. */
export const contract = {
  ports: portsContract,
  usb: usbContract,
  boards: boardsContract,
  teach: teachContract,
  power: powerContract,
  leds: ledsContract,
  energy: energyContract,
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
  doctor: doctorContract,
  settings: settingsContract,
  about: aboutContract,
};

export * from './about.ts';
export * from './backups.ts';
export * from './boards.ts';
export * from './boots.ts';
export * from './consoles.ts';
export * from './dataChannel.ts';
export * from './doctor.ts';
export * from './energy.ts';
export * from './engine.ts';
export * from './errors.ts';
export * from './exports.ts';
export * from './ids.ts';
export * from './images.ts';
export * from './instanceSources.ts';
export * from './instances.ts';
export * from './labError.ts';
export * from './leases.ts';
export * from './ledLanguage.ts';
export * from './leds.ts';
export * from './ports.ts';
export * from './power.ts';
export * from './powerBindings.ts';
export * from './powerPolicy.ts';
export * from './rules.ts';
export * from './search.ts';
export * from './settings.ts';
export * from './sharing.ts';
export * from './shell.ts';
export * from './shells.ts';
export * from './tasks.ts';
export * from './teach.ts';
export * from './typing.ts';
export * from './usb.ts';
export * from './wall.ts';
export * from './watches.ts';
