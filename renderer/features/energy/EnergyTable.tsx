import type { EnergyReport } from '../../../main/contract/index.ts';
import { wattsText } from '../power/powerWords.ts';
import { axisTime } from './axisTime.ts';
import classes from './EnergyTable.module.css';
import { energyRows } from './plotData.ts';
import type { Range } from './ranges.ts';

const knownWord = { metered: 'measured', estimated: 'estimate', off: 'off', none: 'not known' } as const;

/** What the plot shows, in words and numbers. */
export function EnergyTable({ report, range }: { report: EnergyReport; range: Range }) {
  return (
    <details className={classes.details}>
      <summary data-testid="energy-as-table">As a table</summary>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <caption className="visually-hidden">Mean power over time</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Power</th>
              <th scope="col">Known by</th>
              <th scope="col">Idle</th>
            </tr>
          </thead>
          <tbody>
            {energyRows(report).map((row) => (
              <tr key={row.fromMs}>
                <th scope="row" className="tabular">
                  {axisTime(row.fromMs, range === 'week' ? 'long' : 'time')}
                </th>
                <td className="tabular">{row.watts === null ? '–' : wattsText(row.watts)}</td>
                <td>{knownWord[row.known]}</td>
                <td>{row.idle ? 'off because idle' : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
