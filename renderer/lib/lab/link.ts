import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../../../main/contract/index.ts';

export type LabClient = ContractRouterClient<typeof contract>;

/** Carries whole binary messages of main/contract/dataChannel.ts, in order. */
export interface ByteChannel {
  send(message: Uint8Array<ArrayBuffer>): void;
  /** At most one listener; messages that come before it are kept for it. */
  listen(listener: (message: Uint8Array) => void): void;
}

/** One life of the way to the core. It is opened once and closes once; the next life is another link. */
export interface LabLink {
  readonly client: LabClient;
  readonly bytes: ByteChannel;
  /** Resolves when the way is gone, whoever closed it. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Rejects when there is no way to the core now; with UnauthorizedError when the core won't have us. */
export type OpenLink = (signal: AbortSignal) => Promise<LabLink>;
