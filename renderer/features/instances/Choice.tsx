import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import classes from './InstanceForm.module.css';

interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  /** Where the place around it has said what it is about. */
  readonly labelHidden?: boolean;
  readonly disabled?: boolean;
}

/** One of a few, all of them in sight. */
export function Choice<T extends string>(props: Props<T>) {
  const { label, value, options, onChange, labelHidden = false, disabled = false } = props;
  const id = useId();
  return (
    <div className={classes.choice}>
      <span id={id} className={labelHidden ? 'visually-hidden' : classes.label}>
        {label}
      </span>
      <SegmentedControl
        aria-labelledby={id}
        value={value}
        disabled={disabled}
        onChange={(next) => {
          const option = options.find((each) => each.value === next);
          if (option !== undefined) onChange(option.value);
        }}
        data={[...options]}
      />
    </div>
  );
}
