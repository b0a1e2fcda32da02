import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useBench, useLab } from '../../app/labContext.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { sentence } from '../../ui/sentence.ts';
import { leaseStanding, leaseText } from './leaseWords.ts';

/** Names who has the console, and takes it from them. */
export function TakeOverDialog({ consoleId }: { consoleId: string }) {
  const { view, connection } = useLab();
  const info = useBench((state) => state.consoles[consoleId]);
  const me = useBench((state) => state.me);
  const [why, setWhy] = useState('');
  const lease = info?.lease ?? null;
  const over = info === undefined || lease === null || leaseStanding(lease, me) !== 'theirs';
  const close = () => view.show(null);
  // Given back or gone while the question stood: there is nobody to take it from.
  useEffect(() => {
    if (over) view.show(null);
  }, [over, view]);
  if (over) return null;
  return (
    <ConfirmDialog
      title={`Take this console from ${lease.holder.who}?`}
      action="Take over"
      grave
      onClose={close}
      run={async () => connection.client().leases.take({ consoleId: info.consoleId, takeOver: true, why })}
    >
      <p data-selectable>
        {sentence(leaseText(lease))} What they type from then on is refused, and they are told that you took
        it.
      </p>
      <TextInput
        label="Why"
        description="Told to them; may stay empty"
        value={why}
        maxLength={200}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
    </ConfirmDialog>
  );
}
