import type { EnergyReport } from '../../../main/contract/index.ts';

/** `412 mWh`, `3.25 Wh`, `128 Wh`, `1.42 kWh`. */
export function whText(wattHours: number): string {
  if (wattHours === 0) return '0 Wh';
  if (wattHours < 1) return `${Math.round(wattHours * 1000)} mWh`;
  if (wattHours < 1000) return `${wattHours < 100 ? wattHours.toPrecision(3) : Math.round(wattHours)} Wh`;
  return `${(wattHours / 1000).toPrecision(3)} kWh`;
}

/** `40 s`, `12 min`, `3 h 20 min`, `2 days 4 h`. */
export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  const rest = hours % 24;
  return `${days} ${days === 1 ? 'day' : 'days'}${rest === 0 ? '' : ` ${rest} h`}`;
}

/** One sum for people, with what it is worth. */
export interface EnergyTotal {
  readonly label: string;
  readonly value: string;
  /** `measured` by the outlet, or an estimate: never left open. */
  readonly worth: 'measured' | 'estimate' | null;
  readonly note: string | null;
}

/** What a report comes to. Measured and estimated energy are never added up. */
export function energyTotals({ totals }: EnergyReport): EnergyTotal[] {
  const list: EnergyTotal[] = [];
  if (totals.meteredWh > 0)
    list.push({ label: 'Used', value: whText(totals.meteredWh), worth: 'measured', note: null });
  if (totals.estimatedWh > 0)
    list.push({
      label: 'Used',
      value: whText(totals.estimatedWh),
      worth: 'estimate',
      note: 'by its nameplate while it was on',
    });
  list.push({ label: 'On', value: spanText(totals.onMs), worth: null, note: null });
  if (totals.idleOffMs > 0) {
    list.push({
      label: 'Off because idle',
      value: spanText(totals.idleOffMs),
      worth: null,
      note: null,
    });
    if (totals.savedAtWatts !== null)
      list.push({
        label: 'Saved by it',
        value: whText(totals.savedWh),
        worth: 'estimate',
        note: `at ${totals.savedAtWatts.toFixed(1)} W`,
      });
  }
  return list;
}

export type EnergyEmptiness = 'nothing-known' | 'never-on' | null;

/** Why there is nothing to draw; null where there is. */
export function emptiness(report: EnergyReport): EnergyEmptiness {
  if (report.points.some(({ watts, source }) => watts !== null && source !== 'none')) return null;
  return report.totals.onMs > 0 ? 'nothing-known' : 'never-on';
}
