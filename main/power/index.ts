export { EnergyService } from './energy/energyService.ts';
export type { PowerExtras } from './extras.ts';
export { FindBoard } from './leds/findBoard.ts';
export { LedLanguage } from './leds/ledLanguage.ts';
export { LedMemory } from './leds/ledMemory.ts';
export { AfterReboot } from './policies/afterReboot.ts';
export { IdleOff } from './policies/idleOff.ts';
export { readMachineBoot } from './policies/machineBoot.ts';
export { offAtQuit } from './policies/offAtQuit.ts';
export { UnfinishedTests } from './policies/unfinishedTests.ts';
export type {
  PowerCommand,
  PowerDeps,
  SetManyOptions,
  SwitchOptions,
  TestOptions,
} from './powerDeps.ts';
export type { OnSend, PowerDriver } from './powerDriver.ts';
export { bootSign, type PowerEars } from './powerEars.ts';
export { PowerService } from './powerService.ts';
