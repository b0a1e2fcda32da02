import type { UsbHub, UsbSocket, UsbTree } from '../../../../main/contract/index.ts';

/** As a list of choices wants them: the ports of each hub under its label. */
export interface HubGroup {
  readonly group: string;
  readonly items: { readonly value: string; readonly label: string }[];
}

/** Ports of hubs that can be switched first; each says what hangs on it and whose it is. */
export function hubChoices(tree: UsbTree, boardId: string | undefined): HubGroup[] {
  const groups = tree.hubs
    .filter((hub) => hub.sockets.length > 0)
    .map((hub) => ({ hub, able: hub.method !== null }))
    .sort((a, b) => Number(b.able) - Number(a.able));
  return groups.map(({ hub, able }) => ({
    group: able ? hub.label : `${hub.label} (can’t be switched now)`,
    items: hub.sockets.map((socket) => ({ value: socket.socketId, label: socketLabel(socket, boardId) })),
  }));
}

/** `desk hub, port 3 · FT232R USB UART · used by beagle`: it stands alone once it is chosen. */
export function socketLabel(socket: UsbSocket, boardId: string | undefined): string {
  const device = socket.devices[0];
  const what = device === undefined ? 'empty' : (device.product ?? device.manufacturer ?? device.name);
  const others = socket.boards.filter((each) => each !== boardId);
  return [socket.label, what, ...(others.length === 0 ? [] : [`used by ${others.join(', ')}`])].join(' · ');
}

export function findSocket(tree: UsbTree, socketId: string): { hub: UsbHub; socket: UsbSocket } | null {
  for (const hub of tree.hubs) {
    const socket = hub.sockets.find((each) => each.socketId === socketId);
    if (socket !== undefined) return { hub, socket };
  }
  return null;
}

/** What to know of a port before it is trusted with a board's power; each a sentence. */
export function hubCautions(tree: UsbTree, socketId: string): string[] {
  const found = findSocket(tree, socketId);
  if (found === null) return ['This port is not there now.'];
  const { hub, socket } = found;
  const cautions: string[] = [];
  if (hub.switchingProblem !== null) cautions.push(hub.switchingProblem);
  if (hub.switching === 'ganged') cautions.push('This hub says it switches all its ports at once.');
  if (hub.switching === 'none') cautions.push('This hub says it can’t switch its ports.');
  const vital = socket.devices
    .flatMap(({ uses }) => uses)
    .filter(({ kind }) => kind === 'keyboard' || kind === 'system-disk' || kind === 'network');
  if (vital.length > 0) cautions.push(`On it hang: ${vital.map(({ what }) => what).join(', ')}.`);
  return cautions;
}
