import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { DetectedPort } from './enumeratePorts.ts';

/**
 * The node `port` has now, by udev's links, which change at once where our list follows a moment later; null when
 * its node has become another port's. Where there are no such links (containers) it is the node it was listed with.
 */
export function nodeNow(port: DetectedPort, devDir: string): string | null {
  const [folder, name] =
    port.byPath !== null
      ? [path.join(devDir, 'serial/by-path'), port.byPath]
      : [path.join(devDir, 'serial/by-id'), port.byId];
  const target = name === null ? null : targetOf(path.join(folder, name));
  if (target !== null) return target;
  const takenByAnother = linksIn(folder).some((link) => targetOf(link) === port.device);
  return takenByAnother ? null : port.device;
}

function targetOf(link: string): string | null {
  try {
    return realpathSync(link);
  } catch {
    return null;
  }
}

function linksIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}
