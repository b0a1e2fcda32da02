import { useCallback, useEffect, useRef } from 'react';

/**
 * Passes on the last of a row of changes once no other came for a while, and at once when its field goes away:
 * for what is typed digit by digit and must not be taken at its word before it stands.
 */
export function useSettledChange<T>(send: (value: T) => void, settleMs = 900): (value: T) => void {
  const latest = useRef(send);
  const waiting = useRef<{ readonly value: T; readonly timer: ReturnType<typeof setTimeout> } | null>(null);
  useEffect(() => {
    latest.current = send;
  }, [send]);
  const flush = useCallback(() => {
    const change = waiting.current;
    if (change === null) return;
    clearTimeout(change.timer);
    waiting.current = null;
    latest.current(change.value);
  }, []);
  useEffect(() => flush, [flush]);
  return useCallback(
    (value) => {
      if (waiting.current !== null) clearTimeout(waiting.current.timer);
      waiting.current = { value, timer: setTimeout(flush, settleMs) };
    },
    [flush, settleMs],
  );
}
