/** What a reading must reach. Without a goal it is there for comparison. */
export interface Goal {
  readonly is: 'at least' | 'at most';
  readonly value: number;
}

export type Unit =
  | 'x'
  | 's'
  | 'ms'
  | '%'
  | 'MB'
  | 'bytes'
  | 'files'
  | 'items'
  | 'instances'
  | 'lines'
  | 'lines/s';

export interface Reading {
  readonly name: string;
  /** null: it could not be measured; `note` says why. */
  readonly value: number | null;
  readonly unit: Unit;
  readonly goal: Goal | null;
  /** For people: what went into the value. */
  readonly note: string;
}

export interface FigureResult {
  readonly readings: readonly Reading[];
  /** Every single measurement, for the JSON file. */
  readonly raw: unknown;
}

/** One thing the bench measures. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly run: (progress: (text: string) => void) => Promise<FigureResult>;
}

export type Verdict = 'met' | 'missed' | 'missing' | '-';

export function judge({ value, goal }: Pick<Reading, 'value' | 'goal'>): Verdict {
  if (value === null || Number.isNaN(value)) return 'missing';
  if (goal === null) return '-';
  const reached = goal.is === 'at least' ? value >= goal.value : value <= goal.value;
  return reached ? 'met' : 'missed';
}
