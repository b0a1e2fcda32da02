/** What differs from boot to boot without meaning anything, most specific first; what is left is compared. */
const noise: readonly (readonly [RegExp, string])[] = [
  [/^(?:<\d>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/, ''],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi, '<mac>'],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:Z| ?UTC|[+-]\d\d:?\d\d)?/g, '<date>'],
  [
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2}\b/g,
    '<date>',
  ],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b/g, '<time>'],
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  // Addresses as kernels print them: whole words of 8 or 16 digits, at least one of them a number.
  [/\b(?=[0-9a-f]*\d)(?:[0-9a-f]{16}|[0-9a-f]{8})\b/gi, '<hex>'],
  [/\b((?:pid|PID|tgid|ppid)[:= ]+)\d+/g, '$1<pid>'],
  [/(\w)\[\d+\](?=:)/g, '$1[<pid>]'],
  [/\b\d+(?:\.\d+)? ?(?:ns|us|µs|usecs?|ms|msecs?|s|sec|secs|seconds|minutes|min)\b/g, '<duration>'],
  [/\b\d+(?:\.\d+)? (?:[KMG]i?B|bytes)\/s\b/g, '<rate>'],
  [/\b\d+\.\d+ BogoMIPS\b/g, '<number> BogoMIPS'],
  [/\b(lpj=)\d+/g, '$1<number>'],
];

/** A line with all that changes by itself replaced: times, addresses, MAC addresses, pids, UUIDs, durations. */
export function maskNoise(text: string): string {
  let masked = text;
  for (const [pattern, instead] of noise) masked = masked.replace(pattern, instead);
  return masked.trimEnd();
}
