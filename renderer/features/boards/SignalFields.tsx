import { Select } from '@mantine/core';
import type { SignalPolicy } from '../../../main/contract/index.ts';

const policies: readonly { readonly value: SignalPolicy; readonly label: string }[] = [
  { value: 'leave', label: 'as the kernel does' },
  { value: 'assert', label: 'on' },
  { value: 'deassert', label: 'off' },
  { value: 'pulse', label: 'pulse: off, then on' },
];

interface Props {
  readonly dtr: SignalPolicy;
  readonly rts: SignalPolicy;
  readonly onChange: (part: { dtr?: SignalPolicy; rts?: SignalPolicy }) => void;
}

/** What becomes of DTR and RTS once the line is open: on some boards they are wired to reset. */
export function SignalFields({ dtr, rts, onChange }: Props) {
  return (
    <>
      <Select
        label="DTR when opened"
        data={[...policies]}
        value={dtr}
        onChange={(value) => onChange({ dtr: policyOf(value) })}
        allowDeselect={false}
      />
      <Select
        label="RTS when opened"
        data={[...policies]}
        value={rts}
        onChange={(value) => onChange({ rts: policyOf(value) })}
        allowDeselect={false}
      />
    </>
  );
}

function policyOf(value: string | null): SignalPolicy {
  return policies.find((each) => each.value === value)?.value ?? 'leave';
}
