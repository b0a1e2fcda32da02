export type { Holder } from './deviceHolders.ts';
export type { DetectedPort } from './enumeratePorts.ts';
export { type PortsDeps, PortsService, type ResolvedPort } from './portsService.ts';
