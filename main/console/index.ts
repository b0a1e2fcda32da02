export type { BootFault } from './boots/index.ts';
export { ConsoleService } from './consoleService.ts';
export { type Caller, LeaseTable } from './leases/leaseTable.ts';
export type { Recorder } from './recording/recorder.ts';
export { checkRules } from './rules/index.ts';
export { SharingMemory } from './sharingMemory.ts';
export { UploadsService } from './typing/uploads.ts';
export { TypingService } from './typingService.ts';
export type { Viewer, ViewerEvent } from './viewer.ts';
