import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { EnergyReport } from '../../../main/contract/index.ts';
import { tokens } from '../../ui/tokens.ts';
import { wattsText } from '../power/powerWords.ts';
import { axisTime } from './axisTime.ts';
import classes from './EnergyPlot.module.css';
import { makePlot, type Plot } from './makePlot.ts';
import { knownBy } from './plotData.ts';
import type { Range } from './ranges.ts';

/** Watts over time: measured as a line, estimated as a dashed one, shaded where it was off because it was idle. */
export function EnergyPlot({ report, range }: { report: EnergyReport; range: Range }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const latest = useRef(report);
  const scheme = useComputedColorScheme('dark');
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    latest.current = report;
    plot.current?.show(report);
  }, [report]);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = makePlot(element, tokens[scheme], latest.current, setAt);
    plot.current = made;
    return () => {
      plot.current = null;
      made.dispose();
    };
  }, [scheme]);
  return (
    <figure className={classes.figure}>
      <div ref={place} className={classes.plot} aria-hidden="true" data-testid="energy-plot" />
      <figcaption className={classes.legend}>
        <Legend report={report} />
        <span className={`${classes.cursor} tabular`}>{cursorText(report, at, range)}</span>
      </figcaption>
    </figure>
  );
}

/** Only what is in this plot. */
function Legend({ report }: { report: EnergyReport }) {
  const has = (source: 'metered' | 'estimated') => report.points.some((point) => knownBy(point) === source);
  return (
    <>
      {has('metered') ? (
        <span className={classes.key} data-key="metered">
          Measured by the outlet
        </span>
      ) : null}
      {has('estimated') ? (
        <span className={classes.key} data-key="estimated">
          Estimate, by the nameplate
        </span>
      ) : null}
      {report.points.some(({ idleOff }) => idleOff >= 0.5) ? (
        <span className={classes.key} data-key="idle">
          Off because idle
        </span>
      ) : null}
    </>
  );
}

const knownWord = { metered: 'measured', estimated: 'estimated' } as const;

/** What is under the pointer. */
function cursorText(report: EnergyReport, index: number | null, range: Range): string {
  const point = index === null ? undefined : report.points[Math.min(index, report.points.length - 1)];
  if (point === undefined) return '';
  const when = axisTime(point.atMs, range === 'week' ? 'long' : 'time');
  const known = knownBy(point);
  if (point.watts === null || known === 'none') return `${when}: not known`;
  return known === 'off' ? `${when}: off` : `${when}: ${wattsText(point.watts)} ${knownWord[known]}`;
}
