import { LabError, type PortMatch, type UsbIdentity } from '../contract/index.ts';
import type { DetectedPort } from './enumeratePorts.ts';
import type { Matched } from './matchPort.ts';

/** What a socket is called: `desk hub, port 3`; null where nobody knows. */
export type SocketLabel = (socketId: string) => string | null;

/** `FTDI FT232R (A5069RR4)`. */
export function nameOfPort(
  port: Pick<DetectedPort, 'manufacturer' | 'product' | 'serialNumber' | 'looksLike' | 'device'>,
): string {
  const { manufacturer, product, serialNumber, looksLike, device } = port;
  const words = product !== null && manufacturer !== null && !namesMaker(product, manufacturer);
  const name = (words ? `${manufacturer} ${product}` : product) ?? looksLike?.name ?? manufacturer ?? device;
  return serialNumber === null ? name : `${name} (${serialNumber})`;
}

/** `desk hub, port 3`, or what there is instead of it. */
export function placeOfPort(
  port: Pick<DetectedPort, 'socket' | 'byPath' | 'device'>,
  labelOf: SocketLabel,
): string {
  return (port.socket === null ? null : labelOf(port.socket)) ?? port.socket ?? port.byPath ?? port.device;
}

/** What a binding is called in messages. */
export function nameOfMatch(match: PortMatch, labelOf: SocketLabel = () => null): string {
  if (match.by === 'socket') return labelOf(match.value) ?? match.value;
  return match.value;
}

/** Why `match` leads to no port now: DEVICE_GONE, or CONFLICT where somebody must decide. */
export function missingError(
  match: PortMatch,
  matched: Exclude<Matched, { is: 'found' }>,
  moved: readonly DetectedPort[],
  labelOf: SocketLabel,
): LabError {
  const name = nameOfMatch(match, labelOf);
  const places = (ports: readonly DetectedPort[]) => list(ports.map((port) => placeOfPort(port, labelOf)));
  const elsewhere = moved.length === 0 ? '' : ` It may be at ${places(moved)} now: bind it again if it is.`;
  switch (matched.is) {
    case 'clones':
      return new LabError('CONFLICT', `Several ports call themselves ${name}: at ${places(matched.ports)}`, {
        hint: 'Bind the port by path or socket: only where they are plugged tells them apart.',
      });
    case 'lines':
      return new LabError(
        'CONFLICT',
        `${name} has several ports: ${list(matched.ports.map((p) => p.device))}`,
        {
          hint: 'Bind one of them: say which interface, or bind it by id or by path.',
        },
      );
    case 'others':
      return new LabError(
        'DEVICE_GONE',
        `${name} is plugged in at ${placeOfPort(matched.port, labelOf)}, and may be the other adapter with the same serial number`,
        { hint: "Plug this board's adapter into its own socket, or bind it anew where it is." },
      );
    case 'stranger':
      return new LabError(
        'DEVICE_GONE',
        `${name} holds another device: ${nameOfPort(matched.port)} instead of ${nameOfIdentity(matched.expected)}`,
        { hint: `Plug the board's own adapter in there, or bind this one.${elsewhere}` },
      );
    case 'gone':
      return new LabError('DEVICE_GONE', `${name} is not plugged in`, {
        hint: `Plug it in; Labdeck finds it again by itself.${elsewhere}`,
      });
  }
}

function nameOfIdentity({ vendorId, productId, serialNumber }: UsbIdentity): string {
  const id = `${vendorId}:${productId}`;
  return serialNumber === null ? `${id} without a serial number` : `${id} (${serialNumber})`;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `FTDI FT232R` by `FTDI Ltd` needs no maker before it. */
function namesMaker(product: string, manufacturer: string): boolean {
  const [maker = ''] = manufacturer.toLowerCase().split(' ');
  return product.toLowerCase().startsWith(maker);
}
