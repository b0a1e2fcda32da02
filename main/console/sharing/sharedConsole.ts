import type { Client } from '../../contract/index.ts';
import type { GuardedControl } from '../leases/guardedControl.ts';
import type { LineParameters } from '../transport.ts';
import type { Viewer, ViewerEvent, ViewerLimits } from '../viewer.ts';

/** What the doors need of the console behind them. */
export interface SharedConsole {
  /** Feeds `emit` from `fromOffset` on (see `Viewer`); one past the end begins with the next byte printed. */
  view(
    fromOffset: number,
    emit: (event: ViewerEvent) => void,
    limits?: ViewerLimits,
  ): Pick<Viewer, 'ack' | 'behindBytes' | 'setPace' | 'dispose'>;
  /** Types. Rejects with LabError LEASED when another writes, POWERED_OFF, DEVICE_GONE ... */
  write(bytes: Uint8Array, client: Client): Promise<void>;
  /** The line behind the bytes, as `client` may use it; null where there is nothing but bytes. */
  control(client: Client): GuardedControl | null;
  /** What the line is to be set to, where it has such a thing. */
  readonly parameters: LineParameters;
  /** Who holds the lease, for people; null: nobody. */
  readonly writer: string | null;
}
