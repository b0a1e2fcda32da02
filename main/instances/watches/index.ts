export type { WatchedInstances } from './watchedInstances.ts';
export { WatchService } from './watchService.ts';
