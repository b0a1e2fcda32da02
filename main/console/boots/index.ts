export type { BootFault } from './bootMachine.ts';
export { BootTracker, type BootTrackerOptions } from './bootTracker.ts';
export { compareBoots } from './compareBoots.ts';
export { pairToCompare } from './pairToCompare.ts';
export type { BootRecording } from './replay.ts';
export { StageTable } from './stageTable.ts';
