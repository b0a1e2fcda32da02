import type { BoardsService } from '../boards/index.ts';
import type { Caller, ConsoleService, LeaseTable, TypingService, UploadsService } from '../console/index.ts';
import type { About, Health } from '../contract/index.ts';
import type { DoctorService } from '../doctor/index.ts';
import type { InstancesDomain } from '../instances/index.ts';
import type { NoticesService } from '../notices/index.ts';
import type { PortsService } from '../ports/index.ts';
import type { EnergyService, FindBoard, LedLanguage, PowerService } from '../power/index.ts';
import type { SettingsService } from '../settings/index.ts';
import type { TasksService } from '../tasks/index.ts';
import type { TeachService } from '../teach/index.ts';
import type { UsbService } from '../usb/index.ts';

/** What the router speaks to. */
export interface Services {
  readonly ports: PortsService;
  readonly usb: UsbService;
  readonly boards: BoardsService;
  readonly teach: TeachService;
  readonly power: PowerService;
  readonly leds: LedLanguage;
  readonly findBoard: FindBoard;
  readonly energy: EnergyService;
  readonly consoles: ConsoleService;
  readonly leases: LeaseTable;
  readonly typing: TypingService;
  readonly uploads: UploadsService;
  readonly tasks: TasksService;
  readonly settings: SettingsService;
  readonly notices: NoticesService;
  readonly lava: InstancesDomain;
  readonly doctor: DoctorService;
  readonly about: () => Promise<About>;
  readonly health: () => Health;
}

/** Who is calling: goes into the recording beside what they typed, and holds their leases. */
export interface ApiContext {
  readonly caller: Caller;
}
