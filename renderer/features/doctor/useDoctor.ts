import { useCallback, useEffect, useState } from 'react';
import type { DoctorReport } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { follow } from '../../lib/stores/follow.ts';

/** Where an answer to "Look again" is shown. */
export const lookPlace = 'doctor:look';

/** The doctor's report while the page is open, looked at anew when it opens; null: not heard of yet. */
export function useDoctor(): { readonly report: DoctorReport | null; readonly look: () => void } {
  const { connection, actions } = useLab();
  const connected = useConnectionPhase() === 'connected';
  const [report, setReport] = useState<DoctorReport | null>(null);
  const look = useCallback(() => {
    void actions.run(lookPlace, 'look', async () => connection.client().doctor.run());
  }, [actions, connection]);
  useEffect(() => {
    const gone = new AbortController();
    void follow(
      async () => connection.client().doctor.changes(undefined, { signal: gone.signal }),
      setReport,
      gone.signal,
    );
    return () => gone.abort();
  }, [connection]);
  useEffect(() => {
    if (connected) look();
  }, [connected, look]);
  return { report, look };
}
