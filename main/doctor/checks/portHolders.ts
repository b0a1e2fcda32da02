import type { Holder } from '../../ports/index.ts';
import type { Check, Found } from '../check.ts';

export interface PortHoldersDeps {
  readonly devices: () => readonly string[];
  readonly holders: (device: string) => Promise<Holder[]>;
  /** The board and role that binds it: `rpi4, console main`; null: nobody's. */
  readonly boundTo: (device: string) => string | null;
  /** Processes of Labdeck beside this one. */
  readonly ourPids: () => Promise<readonly number[]>;
}

/** Who else has a port open, as far as it may be seen. */
export function portHoldersCheck({ devices, holders, boundTo, ourPids }: PortHoldersDeps): Check {
  return {
    name: 'port-holder',
    title: 'Programs that hold serial ports',
    group: 'ports',
    followsPorts: true,
    look: async () => {
      const all = devices();
      const ours = await ourPids();
      const held = await Promise.all(
        all.map(async (device) => {
          const others = (await holders(device)).filter(({ pid }) => !ours.includes(pid));
          return others.length === 0 ? null : describe(device, boundTo(device), others);
        }),
      );
      const found = held.filter((each) => each !== null);
      if (found.length > 0 || all.length === 0) return found;
      return [
        {
          severity: 'ok',
          title: 'No other program holds a serial port',
          what: 'Of the programs that may be seen, none but Labdeck has one open.',
          why,
        },
      ];
    },
  };
}

const why =
  'Two programs on one serial line take each other’s bytes, and Labdeck leaves a line that is in use alone.';

function describe(device: string, bound: string | null, holders: readonly Holder[]): Found {
  const who = holders.map(({ command, pid }) => `${command} (pid ${pid})`).join('; ');
  return {
    about: device,
    severity: bound === null ? 'info' : 'warning',
    title: `${device} is in use by another program`,
    what: `${who} has ${device} open${bound === null ? '' : `, which is bound to ${bound}`}. Close that program where Labdeck is to have the line.`,
    why,
  };
}
