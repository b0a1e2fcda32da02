import { useEffect, useState } from 'react';

/** The clock, for what is measured while it is watched; it stands still while nothing is `running`. */
export function useNow(running: boolean, everyMs = 1000): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [running, everyMs]);
  return nowMs;
}
