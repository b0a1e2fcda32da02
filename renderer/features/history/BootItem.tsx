import { ArrowLeftRight, Download } from 'lucide-react';
import { memo } from 'react';
import type { Boot } from '../../../main/contract/index.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { useNow } from '../../ui/useNow.ts';
import classes from './BootItem.module.css';
import { begunWord, bootDurationMs, outcomeTone, outcomeWord, stageDurationMs } from './bootWords.ts';
import { dayAndTime, formatDuration } from './formatTimes.ts';
import { StageBar } from './StageBar.tsx';

export interface BootActions {
  /** Shows where the boot, or what is at the offset in it, was printed. */
  go(boot: Boot, offset: number, atMs: number): void;
  /** Compares with the last good boot before it. */
  compare(boot: Boot): void;
  exportBoot(boot: Boot): void;
  pick(boot: Boot): void;
}

interface Props {
  readonly boot: Boot;
  readonly open: boolean;
  /** Chosen as one of two to compare. */
  readonly picked: boolean;
  readonly picking: boolean;
  readonly on: BootActions;
}

/** One boot: how it began and ended, how long it and each of its stages took. */
export const BootItem = memo(function BootItem({ boot, open, picked, picking, on }: Props) {
  const running = boot.outcome === 'running';
  const nowMs = useNow(running);
  const title = `Boot ${boot.bootId}`;
  return (
    <li className={classes.item} data-open={open} data-testid={`boot-${boot.bootId}`}>
      <div className={classes.head}>
        {picking ? (
          <input
            type="checkbox"
            className={classes.pick}
            checked={picked}
            aria-label={`Compare ${title}`}
            onChange={() => on.pick(boot)}
          />
        ) : null}
        <button
          type="button"
          className={classes.go}
          aria-expanded={open}
          onClick={() => on.go(boot, boot.stages[0]?.offset ?? boot.fromOffset, boot.startedAtMs)}
        >
          <span className={classes.number}>#{boot.bootId}</span>
          <span className={classes.outcome} data-outcome={boot.outcome}>
            <StateShape tone={outcomeTone[boot.outcome]} sizePx={9} />
            {outcomeWord[boot.outcome]}
          </span>
          <span className={`${classes.length} tabular`}>{formatDuration(bootDurationMs(boot, nowMs))}</span>
          <span className={classes.when}>
            {dayAndTime(boot.startedAtMs, nowMs)} · {begunWord[boot.begun]}
          </span>
        </button>
      </div>
      <StageBar boot={boot} nowMs={nowMs} onChoose={(stage) => on.go(boot, stage.offset, stage.atMs)} />
      {open ? <Details boot={boot} nowMs={nowMs} on={on} /> : null}
    </li>
  );
});

function Details({ boot, nowMs, on }: { boot: Boot; nowMs: number; on: BootActions }) {
  return (
    <div className={classes.details}>
      {boot.stages.length === 0 ? (
        <p className={classes.none}>No stage was recognised in it.</p>
      ) : (
        <ol className={classes.stages} aria-label={`Stages of boot ${boot.bootId}, by time`}>
          {boot.stages.map((stage) => (
            <li key={stage.offset}>
              <button
                type="button"
                className={classes.stage}
                data-fault={stage.fault}
                title={stage.text}
                onClick={() => on.go(boot, stage.offset, stage.atMs)}
              >
                {stage.fault ? <StateShape tone="bad" sizePx={9} /> : <span className={classes.dot} />}
                <span className={classes.label}>{stage.label}</span>
                <span className="tabular">{formatDuration(stageDurationMs(stage, nowMs))}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      <div className={classes.actions}>
        <button type="button" className="button" onClick={() => on.compare(boot)}>
          <ArrowLeftRight size={13} aria-hidden />
          Compare with last good
        </button>
        <IconButton label={`Export boot ${boot.bootId}`} onClick={() => on.exportBoot(boot)}>
          <Download size={15} aria-hidden />
        </IconButton>
      </div>
    </div>
  );
}
