import type { EnergyReport } from '../../../main/contract/index.ts';

/** Columns as uPlot takes them: seconds, then watts measured and watts estimated; null where there is none. */
export type PlotData = readonly [number[], (number | null)[], (number | null)[]];

type Point = EnergyReport['points'][number];

/** How power was known in a step. What is off takes nothing: that is neither measured nor guessed. */
export type Known = 'metered' | 'estimated' | 'off' | 'none';

export function knownBy({ watts, source }: Pick<Point, 'watts' | 'source'>): Known {
  if (watts === null) return 'none';
  return watts === 0 ? 'off' : source;
}

/** Steps of mean power as points; the last one is drawn to its end. Off belongs to the line the board has when on. */
export function plotData({ points, stepMs, totals }: EnergyReport): PlotData {
  const data: PlotData = [[], [], []];
  const [seconds, metered, estimated] = data;
  const offIs = totals.meteredWh > 0 || totals.estimatedWh === 0 ? 'metered' : 'estimated';
  const push = (atMs: number, point: Point) => {
    const known = knownBy(point);
    const line = known === 'off' ? offIs : known;
    seconds.push(atMs / 1000);
    metered.push(line === 'metered' ? point.watts : null);
    estimated.push(line === 'estimated' ? point.watts : null);
  };
  for (const point of points) push(point.atMs, point);
  const last = points.at(-1);
  if (last !== undefined) push(last.atMs + stepMs, last);
  return data;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where the board was off because it was idle: steps that were so for the most part, as whole spans. */
export function idleSpans({ points, stepMs }: EnergyReport): Span[] {
  const spans: Span[] = [];
  for (const { atMs, idleOff } of points) {
    if (idleOff < 0.5) continue;
    const last = spans.at(-1);
    if (last !== undefined && last.toMs === atMs) spans[spans.length - 1] = { ...last, toMs: atMs + stepMs };
    else spans.push({ fromMs: atMs, toMs: atMs + stepMs });
  }
  return spans;
}

export interface EnergyRow extends Span {
  /** null: nothing is known of it. */
  readonly watts: number | null;
  readonly known: Known;
  readonly idle: boolean;
}

/** The same as a table of at most `maxRows` rows: neighbouring steps become one, with their mean. */
export function energyRows({ points, stepMs }: EnergyReport, maxRows = 24): EnergyRow[] {
  const perRow = Math.max(1, Math.ceil(points.length / maxRows));
  const rows: EnergyRow[] = [];
  for (let at = 0; at < points.length; at += perRow) {
    const part = points.slice(at, at + perRow);
    const first = part[0];
    const last = part.at(-1);
    if (first === undefined || last === undefined) continue;
    const known = part.flatMap(({ watts }) => (watts === null ? [] : [watts]));
    const ways = part.map(knownBy);
    // A row that has an estimate in it is one.
    const by = (['estimated', 'metered', 'off'] as const).find((way) => ways.includes(way)) ?? 'none';
    rows.push({
      fromMs: first.atMs,
      toMs: last.atMs + stepMs,
      watts: known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0) / known.length,
      known: by,
      idle: part.reduce((sum, each) => sum + each.idleOff, 0) / part.length >= 0.5,
    });
  }
  return rows;
}
