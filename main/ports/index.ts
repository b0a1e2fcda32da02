export { noticeClones } from './cloneNotice.ts';
export type { Holder } from './deviceHolders.ts';
export type { DetectedPort } from './enumeratePorts.ts';
export { matchKey } from './matchKey.ts';
export { type AccessVerdict, currentIdentity, examineAccess, type Identity } from './portAccess.ts';
export { type PortsDeps, PortsService, type ResolvedPort } from './portsService.ts';
export { nameOfMatch, nameOfPort, placeOfPort, type SocketLabel } from './portWords.ts';
export { meanSamePort } from './samePort.ts';
export { identityOf, sameDevice, sameIdentity } from './suggestMatch.ts';
