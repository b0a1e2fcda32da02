import { SegmentedControl } from '@mantine/core';
import { useId } from 'react';
import type { Port, PortMatch } from '../../../main/contract/index.ts';
import { sentence } from '../../ui/sentence.ts';
import { matchWords, type Way, wayOf, waysTo } from './foundBy.ts';
import classes from './PortMatchField.module.css';

interface Props {
  readonly port: Port;
  readonly value: PortMatch;
  readonly onChange: (match: PortMatch) => void;
}

/** What a board holds on to: the adapter, or where it is plugged in. The best way stands first. */
export function FoundAgainBy({ port, value, onChange }: Props) {
  const labelId = useId();
  const wordsId = useId();
  const ways = waysTo(port);
  const words = sentence(`Bound to ${matchWords(value, port.plugged)}`);
  return (
    <div className={classes.by}>
      {ways.length < 2 ? null : (
        <>
          <span id={labelId}>Find it again by</span>
          <SegmentedControl
            size="xs"
            aria-labelledby={labelId}
            aria-describedby={wordsId}
            value={wayOf(value) ?? ''}
            onChange={(way) => {
              const chosen = ways.find((each) => each.way === way);
              if (chosen !== undefined) onChange(chosen.match);
            }}
            data={ways.map(({ way }) => ({ value: way, label: wayLabel[way] }))}
          />
        </>
      )}
      <p id={wordsId} className={classes.words}>
        {words}
      </p>
      {port.sharedSerial ? (
        <p className={classes.twins}>
          Another adapter has the same serial number: keep each in its socket, only that tells them apart.
        </p>
      ) : port.serialNumber === null && port.vendorId !== null ? (
        <p className={classes.twins}>It has no serial number: Labdeck knows it by its socket.</p>
      ) : null}
    </div>
  );
}

const wayLabel: Readonly<Record<Way, string>> = {
  adapter: 'this adapter',
  kind: 'this kind, in this socket',
  place: 'this socket',
};
