export type Range = 'hour' | 'day' | 'week';

interface RangeFacts {
  readonly label: string;
  readonly spanMs: number;
  /** Into how many steps it is cut: a minute, five minutes, half an hour each. */
  readonly points: number;
  /** While it is looked at it is asked for again. */
  readonly againMs: number;
}

const hourMs = 3_600_000;

export const ranges: Readonly<Record<Range, RangeFacts>> = {
  hour: { label: 'Hour', spanMs: hourMs, points: 60, againMs: 10_000 },
  day: { label: 'Day', spanMs: 24 * hourMs, points: 288, againMs: 60_000 },
  week: { label: 'Week', spanMs: 7 * 24 * hourMs, points: 336, againMs: 300_000 },
};
