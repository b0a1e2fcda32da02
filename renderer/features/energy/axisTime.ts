const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric' });

/** `14:05`, `Mon 12`, or both: by this computer's clock. */
export function axisTime(atMs: number, as: 'time' | 'day' | 'long'): string {
  if (as === 'time') return time.format(atMs);
  return as === 'day' ? day.format(atMs) : `${day.format(atMs)}, ${time.format(atMs)}`;
}

/** A tick of the time axis: where a day begins, the day. */
export function tickText(atMs: number): string {
  const at = new Date(atMs);
  return at.getHours() === 0 && at.getMinutes() === 0 ? axisTime(atMs, 'day') : axisTime(atMs, 'time');
}
