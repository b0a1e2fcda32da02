import type {
  CommandPower,
  PortMatch,
  PowerBinding,
  PowerKind,
  ShellyPower,
  VirtualPowerBinding,
} from '../../../../main/contract/index.ts';
import { formatArgv } from './argvText.ts';

/** An outlet as it is typed: nothing chosen yet, numbers that may be none. One shape per kind. */
export type OutletDraft =
  | {
      readonly kind: 'acm-cable';
      readonly match: PortMatch | null;
      readonly bitOrder: 'lsb' | 'msb';
      readonly digits: 'ascii' | 'hex';
      readonly newline: boolean;
    }
  | {
      readonly kind: 'usb-hub-port';
      readonly socket: string | null;
      readonly method: 'auto' | 'disable' | 'uhubctl';
    }
  | { readonly kind: 'pdudaemon'; readonly url: string; readonly pdu: string; readonly outlet: string }
  | { readonly kind: 'tasmota'; readonly url: string; readonly relay: string; readonly user: string }
  | {
      readonly kind: 'shelly';
      readonly url: string;
      readonly generation: ShellyPower['generation'];
      readonly channel: string;
      readonly user: string;
    }
  | {
      readonly kind: 'home-assistant';
      readonly url: string;
      readonly entityId: string;
      readonly powerEntityId: string;
    }
  | CommandDraft
  | {
      readonly kind: 'virtual';
      readonly behaviour: VirtualPowerBinding['behaviour'];
      readonly gang: string;
    };

export interface CommandDraft {
  readonly kind: 'command';
  /** Command lines, taken apart by `parseArgv`. Empty `cycle` and `read`: there is none. */
  readonly on: string;
  readonly off: string;
  readonly cycle: string;
  readonly read: string;
  /** What of `read` tells the state. */
  readonly tells: 'exit' | 'output';
  readonly exitOn: string;
  readonly exitOff: string;
  readonly outputOn: string;
  readonly outputOff: string;
  readonly timeoutS: string;
}

export type DraftOf<K extends PowerKind> = Extract<OutletDraft, { kind: K }>;

/** An outlet of this kind to fill in; what network kinds share is kept from one to the other. */
export function newOutlet(kind: PowerKind, before: OutletDraft | null): OutletDraft {
  const url = before !== null && 'url' in before ? before.url : '';
  const user = before !== null && 'user' in before ? before.user : '';
  switch (kind) {
    case 'acm-cable':
      return { kind, match: null, bitOrder: 'lsb', digits: 'ascii', newline: false };
    case 'usb-hub-port':
      return { kind, socket: null, method: 'auto' };
    case 'pdudaemon':
      return { kind, url, pdu: '', outlet: '' };
    case 'tasmota':
      return { kind, url, relay: '1', user };
    case 'shelly':
      return { kind, url, generation: 'auto', channel: '0', user: user === '' ? 'admin' : user };
    case 'home-assistant':
      return { kind, url, entityId: '', powerEntityId: '' };
    case 'command':
      return {
        kind,
        on: '',
        off: '',
        cycle: '',
        read: '',
        tells: 'exit',
        exitOn: '0',
        exitOff: '1',
        outputOn: '',
        outputOff: '',
        timeoutS: '10',
      };
    case 'virtual':
      return { kind, behaviour: 'honest', gang: '' };
  }
}

export function outletDraft(binding: PowerBinding): OutletDraft {
  switch (binding.kind) {
    case 'acm-cable':
    case 'usb-hub-port':
    case 'pdudaemon':
      return binding;
    case 'tasmota':
      return { ...binding, relay: String(binding.relay) };
    case 'shelly':
      return { ...binding, channel: String(binding.channel) };
    case 'home-assistant':
      return { ...binding, powerEntityId: binding.powerEntityId ?? '' };
    case 'command':
      return commandDraft(binding);
    case 'virtual':
      return { ...binding, gang: binding.gang ?? '' };
  }
}

function commandDraft({ on, off, cycle, read, readExit, readOutput, timeoutMs }: CommandPower): CommandDraft {
  return {
    kind: 'command',
    on: formatArgv(on),
    off: formatArgv(off),
    cycle: formatArgv(cycle ?? []),
    read: formatArgv(read ?? []),
    tells: readOutput === null ? 'exit' : 'output',
    exitOn: String(readExit.on),
    exitOff: String(readExit.off),
    outputOn: readOutput?.on ?? '',
    outputOff: readOutput?.off ?? '',
    timeoutS: String(timeoutMs / 1000),
  };
}

/** Kinds that log in with a password or a token, and what it is called there. */
export const secretName: Readonly<Partial<Record<PowerKind, string>>> = {
  tasmota: 'Web password',
  shelly: 'Password',
  'home-assistant': 'Long-lived access token',
};
