import uPlot from 'uplot';
import type { EnergyReport } from '../../../main/contract/index.ts';
import type { tokens } from '../../ui/tokens.ts';
import { tickText } from './axisTime.ts';
import { idleSpans, plotData } from './plotData.ts';

type Colors = (typeof tokens)[keyof typeof tokens];

export interface Plot {
  show(report: EnergyReport): void;
  dispose(): void;
}

const heightPx = 280;
const font = '12px "Inter Variable", system-ui, sans-serif';

/** Draws into `element` and follows its width. `onPoint`: the step under the pointer; null when it leaves. */
export function makePlot(
  element: HTMLElement,
  colors: Colors,
  first: EnergyReport,
  onPoint: (index: number | null) => void,
): Plot {
  let report = first;
  const plot = new uPlot(
    {
      ...options(colors),
      width: Math.max(200, element.clientWidth),
      height: heightPx,
      hooks: {
        drawClear: [(drawn) => shadeIdle(drawn, report, colors)],
        setCursor: [(drawn) => onPoint(drawn.cursor.idx ?? null)],
      },
    },
    toData(first),
    element,
  );
  const watch = new ResizeObserver(() =>
    plot.setSize({ width: Math.max(200, element.clientWidth), height: heightPx }),
  );
  watch.observe(element);
  return {
    show: (next) => {
      report = next;
      plot.setData(toData(next));
    },
    dispose: () => {
      watch.disconnect();
      plot.destroy();
    },
  };
}

function toData(report: EnergyReport): uPlot.AlignedData {
  const [seconds, metered, estimated] = plotData(report);
  return [seconds, metered, estimated];
}

function options(colors: Colors): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = {
    stroke: colors.inkFaint,
    font,
    grid: { stroke: colors.line, width: 1 },
    ticks: { stroke: colors.line, width: 1, size: 5 },
  };
  const line = { spanGaps: false, points: { show: false } };
  // A step's mean holds for all of the step.
  const paths = uPlot.paths.stepped?.({ align: 1 });
  const stepped = paths === undefined ? {} : { paths };
  return {
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false, setScale: false } },
    scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, (max ?? 0) * 1.12)] } },
    axes: [
      {
        ...axis,
        size: 30,
        space: 72,
        values: (_, splits) => splits.map((seconds) => tickText(seconds * 1000)),
      },
      { ...axis, size: 56, values: (_, splits) => splits.map((watts) => `${watts} W`) },
    ],
    series: [
      {},
      { ...line, ...stepped, label: 'Measured', stroke: colors.info, width: 2, fill: `${colors.info}1f` },
      { ...line, ...stepped, label: 'Estimate', stroke: colors.unknown, width: 2, dash: [6, 4] },
    ],
  };
}

/** Hatched, so that it is told from an empty stretch without color. */
function shadeIdle(plot: uPlot, report: EnergyReport, colors: Colors): void {
  const { ctx, bbox } = plot;
  const stepPx = 7 * devicePixelRatio;
  for (const { fromMs, toMs } of idleSpans(report)) {
    const left = Math.max(bbox.left, plot.valToPos(fromMs / 1000, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(toMs / 1000, 'x', true));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.fillStyle = colors.raised;
    ctx.fill();
    ctx.strokeStyle = colors.lineStrong;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += stepPx) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
}
