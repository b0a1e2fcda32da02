import type { PowerKind } from '../../../../main/contract/index.ts';
import type { DraftOf } from './outletDraft.ts';

/** What the fields of one kind of outlet get. */
export interface OutletProps<K extends PowerKind> {
  readonly value: DraftOf<K>;
  readonly onChange: (draft: DraftOf<K>) => void;
  /** By the binding's field, `url`; null where nothing is wrong. */
  readonly errorOf: (field: string) => string | null;
}
