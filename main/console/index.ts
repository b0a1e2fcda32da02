export { ConsoleService } from './consoleService.ts';
export type { Recorder } from './recording/recorder.ts';
export type { Viewer, ViewerEvent } from './viewer.ts';
