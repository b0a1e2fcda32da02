export { createInstances, type InstancesDomain } from './createInstances.ts';
export { detectEngine } from './engine/detectEngine.ts';
export { usualPorts } from './freePort.ts';
