import type { Disposable } from '../base/disposable.ts';
import type { NoticesService } from '../notices/index.ts';
import type { DetectedPort } from './enumeratePorts.ts';
import type { PortsService } from './portsService.ts';
import { nameOfPort, placeOfPort } from './portWords.ts';

/**
 * Tells the user, once a run for each serial number, that several adapters share it; puts the notice away when
 * they no longer do.
 */
export function noticeClones(
  ports: Pick<PortsService, 'list' | 'labelOf' | 'onDidChange'>,
  notices: Pick<NoticesService, 'post' | 'dismiss'>,
): Disposable {
  const told = new Set<string>();
  let shown = new Set<string>();
  const look = () => {
    const groups = groupClones(ports.list());
    for (const [topic, clones] of groups) {
      if (told.has(topic)) continue;
      told.add(topic);
      const [first] = clones;
      if (!first) continue;
      const places = clones.map((port) => placeOfPort(port, ports.labelOf)).join(' and ');
      notices.post(topic, {
        severity: 'info',
        title: `${clones.length === 2 ? 'Two' : clones.length} adapters call themselves ${nameOfPort(first)}`,
        text: `Labdeck tells them apart by socket: keep each where it is. They are at ${places}.`,
      });
    }
    for (const topic of shown) if (!groups.has(topic)) notices.dismiss(topic);
    shown = new Set(groups.keys());
  };
  look();
  return ports.onDidChange(look);
}

/** One port of each device that shares its serial number, by what they share. */
function groupClones(ports: readonly DetectedPort[]): Map<string, DetectedPort[]> {
  const groups = new Map<string, DetectedPort[]>();
  for (const port of ports) {
    if (!port.sharedSerial) continue;
    const topic = `clones-${port.vendorId}:${port.productId}:${port.serialNumber}`;
    const group = groups.get(topic) ?? [];
    if (!group.some((other) => other.socket !== null && other.socket === port.socket)) group.push(port);
    groups.set(topic, group);
  }
  return groups;
}
