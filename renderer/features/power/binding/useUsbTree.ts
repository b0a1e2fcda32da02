import { useEffect, useState } from 'react';
import type { UsbTree } from '../../../../main/contract/index.ts';
import { useLab } from '../../../app/labContext.tsx';
import { follow } from '../../../lib/stores/follow.ts';

/** The hubs and what is plugged in, for as long as they are looked at; null until the core has told. */
export function useUsbTree(): UsbTree | null {
  const { connection } = useLab();
  const [tree, setTree] = useState<UsbTree | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    void follow(
      async () => connection.client().usb.changes(undefined, { signal: gone.signal }),
      setTree,
      gone.signal,
    );
    return () => gone.abort();
  }, [connection]);
  return tree;
}
