const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `512 B`, `1.4 kB`, `23 MB`: decimal units, as disks and baud rates count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit === 0 || value >= 9.95 ? Math.round(value).toString() : value.toFixed(1);
  return `${text} ${byteUnits[unit] ?? ''}`;
}

/** `just now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 days ago`; the host's clock may be a little ahead of ours. */
export function formatAge(atMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - atMs) / 1000);
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

/** How long until `formatAge` may say something new: what a clock on screen has to wait. */
export function ageStepMs(atMs: number, nowMs: number): number {
  const ageMs = nowMs - atMs;
  if (ageMs < 60_000) return 1000;
  return ageMs < 3_600_000 ? 15_000 : 600_000;
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
