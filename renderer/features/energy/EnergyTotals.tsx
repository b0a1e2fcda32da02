import type { EnergyReport } from '../../../main/contract/index.ts';
import classes from './EnergyTotals.module.css';
import { energyTotals } from './energyWords.ts';

interface Props {
  readonly report: EnergyReport;
  /** Below each other, where there is little room. */
  readonly compact?: boolean;
}

/** The sums, each marked as what it is: measured or an estimate. */
export function EnergyTotals({ report, compact = false }: Props) {
  return (
    <dl className={classes.totals} data-compact={compact} data-testid="energy-totals">
      {energyTotals(report).map(({ label, value, worth, note }) => (
        <div key={`${label} ${worth ?? ''}`} className={classes.total}>
          <dt>{label}</dt>
          <dd className="tabular">
            <span className={classes.value}>{value}</span>
            {worth === null ? null : (
              <span className={classes.worth} data-worth={worth}>
                {worth}
              </span>
            )}
            {note === null ? null : <span className={classes.note}>{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
