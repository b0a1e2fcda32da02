import { type FigureResult, judge, type Reading } from './figure.ts';
import { round } from './stats.ts';

const headings = ['', 'measured', 'goal', 'verdict', 'how'] as const;

/** The readings as a text table, a column as wide as its widest cell. */
export function formatTable(results: readonly { title: string; result: FigureResult }[]): string {
  const rows: (readonly string[])[] = [headings];
  for (const { title, result } of results) {
    rows.push([title]);
    for (const reading of result.readings) rows.push(formatRow(reading));
  }
  const widths = headings.map((_, column) =>
    // A title stands alone in its row and may run on over the other columns.
    Math.max(...rows.filter((row) => row.length > 1).map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function formatRow(reading: Reading): readonly string[] {
  const { name, value, unit, goal, note } = reading;
  const measured = value === null ? 'missing' : formatValue(value, unit);
  const wanted =
    goal === null ? '' : `${goal.is === 'at least' ? '>=' : '<='} ${formatValue(goal.value, unit)}`;
  return [`  ${name}`, measured, wanted, judge(reading), note];
}

function formatValue(value: number, unit: Reading['unit']): string {
  return `${round(value)}${unit === 'x' || unit === '%' ? '' : ' '}${unit}`;
}
