import { useEffect, useState } from 'react';
import { ageStepMs, formatAge } from '../lib/format/format.ts';

/** `12 s ago`, kept true while it is on screen. */
export function Age({ atMs }: { atMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setTimeout(() => setNowMs(Date.now()), ageStepMs(atMs, nowMs));
    return () => clearTimeout(timer);
  }, [atMs, nowMs]);
  return (
    <time className="tabular" dateTime={new Date(atMs).toISOString()} title={new Date(atMs).toLocaleString()}>
      {formatAge(atMs, Math.max(nowMs, atMs))}
    </time>
  );
}
