import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { DetectedPort } from './enumeratePorts.ts';
import { udevWord } from './sysfsPort.ts';

/**
 * The node `port` has now, by udev's links, which change at once where our list follows a moment later; null when
 * its node has become another port's. Where there are no such links (containers) it is the node it was listed with.
 * Sysfs has the last word: a node behind which another device answers is nobody's until the list has caught up.
 */
export function nodeNow(port: DetectedPort, dirs: { devDir: string; sysDir: string }): string | null {
  const device = linkedNode(port, dirs.devDir);
  return device === null || isAnother(port, device, dirs.sysDir) ? null : device;
}

function linkedNode(port: DetectedPort, devDir: string): string | null {
  const [folder, name] =
    port.byPath !== null
      ? [path.join(devDir, 'serial/by-path'), port.byPath]
      : [path.join(devDir, 'serial/by-id'), port.byId];
  const target = name === null ? null : targetOf(path.join(folder, name));
  if (target !== null) return target;
  const takenByAnother = linksIn(folder).some((link) => targetOf(link) === port.device);
  return takenByAnother ? null : port.device;
}

/** What sysfs does not know contradicts nothing. */
function isAnother(port: DetectedPort, device: string, sysDir: string): boolean {
  let folder = targetOf(path.join(sysDir, 'class/tty', path.basename(device), 'device'));
  for (let level = 0; folder !== null && level < 4; level += 1, folder = path.dirname(folder)) {
    const vendorId = attribute(folder, 'idVendor');
    if (vendorId === null) continue;
    return (
      differs(vendorId.toLowerCase(), port.vendorId) ||
      differs(attribute(folder, 'idProduct')?.toLowerCase() ?? null, port.productId) ||
      differs(udevWord(attribute(folder, 'serial')), port.serialNumber)
    );
  }
  return false;
}

function differs(now: string | null, listed: string | null): boolean {
  return now !== null && listed !== null && now !== listed;
}

function attribute(folder: string, name: string): string | null {
  try {
    return readFileSync(path.join(folder, name), 'utf8').trim() || null;
  } catch {
    return null;
  }
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
