import type { Boot, BootStage } from '../../../main/contract/index.ts';
import { describeStage, stageShares } from './bootWords.ts';
import classes from './StageBar.module.css';

interface Props {
  readonly boot: Boot;
  readonly nowMs: number;
  /** Absent: a bar to look at. Every stage can be chosen by keyboard elsewhere too, so none is a tab stop here. */
  readonly onChoose?: (stage: BootStage) => void;
}

/** A boot's stages side by side, each as wide as it took long. Mishaps are marked by shape. */
export function StageBar({ boot, nowMs, onChoose }: Props) {
  if (boot.stages.length === 0) return null;
  const shares = stageShares(boot, nowMs);
  return (
    <ul className={classes.bar} aria-label={`Stages of boot ${boot.bootId}`} data-testid="stage-bar">
      {boot.stages.map((stage, index) => (
        <li
          key={stage.offset}
          className={classes.stage}
          style={{ flexGrow: shares[index] ?? 0 }}
          data-fault={stage.fault}
          data-shade={index % 2}
          data-running={stage.durationMs === null && boot.outcome === 'running'}
        >
          {onChoose === undefined ? (
            <span className={classes.face} title={describeStage(stage, nowMs)}>
              <Face stage={stage} />
            </span>
          ) : (
            <button
              type="button"
              tabIndex={-1}
              className={classes.face}
              title={describeStage(stage, nowMs)}
              aria-label={`Go to ${describeStage(stage, nowMs)}`}
              onClick={() => onChoose(stage)}
            >
              <Face stage={stage} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Face({ stage }: { stage: BootStage }) {
  if (!stage.fault) return <span className={classes.label}>{stage.label}</span>;
  return (
    <svg width="9" height="9" viewBox="0 0 12 12" aria-hidden="true">
      <path d="M6 1 11.4 10.6H.6Z" fill="currentColor" />
    </svg>
  );
}
