export { qemuAvailability } from './qemu/availability.ts';
export { VirtualBench, type VirtualBenchDeps } from './virtualBench.ts';
export type { Unavailable, VirtualBoard } from './virtualBoard.ts';
