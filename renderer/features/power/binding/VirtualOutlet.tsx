import classes from '../../boards/BoardForm.module.css';
import { errorUnder, type FieldErrors } from '../../boards/boardForm.ts';
import type { OutletDraft } from './outletDraft.ts';
import { VirtualFields } from './VirtualFields.tsx';

interface Props {
  readonly value: OutletDraft | null;
  readonly onChange: (draft: OutletDraft) => void;
  readonly errors: FieldErrors;
}

/** All that can be chosen of a virtual board: it brings its own console, and an outlet of any character. */
export function VirtualOutlet({ value, onChange, errors }: Props) {
  if (value?.kind !== 'virtual') return null;
  return (
    <fieldset className={classes.group}>
      <legend>Power</legend>
      <p className={classes.soft}>Its outlet is virtual too. Let it lie, and see how Labdeck finds out.</p>
      <VirtualFields
        value={value}
        onChange={onChange}
        errorOf={(field) => errorUnder(errors, `power.${field}`)}
      />
    </fieldset>
  );
}
