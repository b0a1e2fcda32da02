import type { Event } from '../../base/emitter.ts';
import type { Instance, NewInstance } from '../../contract/index.ts';

/** What a watch does with instances. Each begins its work and does not wait for its end: `list` shows that. */
export interface WatchedInstances {
  /** Rejects with LabError when nothing was begun. */
  install(
    request: NewInstance,
    watch: { readonly watchId: string; readonly subject: string },
  ): Promise<Instance>;
  /** To its source as it is now. */
  upgrade(name: string): Promise<void>;
  /** With its data, without asking. */
  remove(name: string): Promise<void>;
  /** It is no watch's any more: from here on only people change it. Rejects with LabError NOT_FOUND, DISK_FULL. */
  release(name: string): Promise<void>;
  list(): readonly Instance[];
  readonly onDidChange: Event<unknown>;
}
