import type { HubSwitching, UsbDevice, UsbHub, UsbTree } from '../../../main/contract/index.ts';
import type { Tone } from '../../ui/StateShape.tsx';

/** What a hub says of its ports; it may lie. */
export const switchingWord: Readonly<Record<HubSwitching, string>> = {
  'per-port': 'switches each port alone',
  ganged: 'switches all ports at once',
  none: 'can’t switch its ports',
  unknown: 'not known how it switches',
};

export const switchingTone: Readonly<Record<HubSwitching, Tone>> = {
  'per-port': 'on',
  ganged: 'info',
  none: 'off',
  unknown: 'unknown',
};

export function powerWord(powered: boolean | null): { readonly tone: Tone; readonly word: string } {
  if (powered === null) return { tone: 'unknown', word: 'power not known' };
  return powered ? { tone: 'on', word: 'powered' } : { tone: 'off', word: 'no power' };
}

/** What a person would call it, without its number. */
export function deviceTitle({ product, manufacturer, vendorId, productId }: UsbDevice): string {
  return product ?? manufacturer ?? `${vendorId}:${productId}`;
}

export interface PlacedHub {
  readonly hub: UsbHub;
  /** How many hubs are above it. */
  readonly depth: number;
}

/** Each hub with the hubs behind it right below, in the order of its ports. */
export function inTreeOrder({ hubs }: UsbTree): PlacedHub[] {
  const byId = new Map(hubs.map((hub) => [hub.hubId, hub]));
  const placed: PlacedHub[] = [];
  const place = (hub: UsbHub, depth: number) => {
    if (!byId.delete(hub.hubId)) return;
    placed.push({ hub, depth });
    for (const { devices } of hub.sockets)
      for (const { hubId } of devices) {
        const behind = hubId === null ? undefined : byId.get(hubId);
        if (behind !== undefined) place(behind, depth + 1);
      }
  };
  for (const hub of hubs) if (hub.root) place(hub, 0);
  // A look in the middle of a replug may show a hub before what it hangs on.
  for (const hub of [...byId.values()]) place(hub, 0);
  return placed;
}
