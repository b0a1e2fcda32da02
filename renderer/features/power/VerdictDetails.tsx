import type { PowerVerdict } from '../../../main/contract/index.ts';
import { Age } from '../../ui/Age.tsx';
import { sentence } from '../../ui/sentence.ts';
import { standingMeaning, testBeganMs } from './powerWords.ts';
import { VerdictChip } from './VerdictChip.tsx';
import classes from './VerdictDetails.module.css';
import { Witnesses } from './Witnesses.tsx';

interface Props {
  readonly verdict: PowerVerdict | null;
  /** What the test saw stands open. */
  readonly open?: boolean;
  /** null: there is no core to ask. Left out: the verdict stands in what is a test already. */
  readonly onTest?: (() => void) | null;
  readonly onForget?: (() => void) | null;
}

/** What the last power-truth test found, and why; the way to the next one. */
export function VerdictDetails({ verdict, open = false, onTest, onForget }: Props) {
  return (
    <div
      className={classes.verdict}
      data-testid="verdict-details"
      data-outcome={verdict?.outcome ?? 'untested'}
    >
      <div className={classes.head}>
        <VerdictChip standing={verdict?.outcome ?? 'untested'} />
        {verdict === null ? null : (
          <span className={classes.faint}>
            Tested <Age atMs={verdict.atMs} />
          </span>
        )}
      </div>
      <p>{standingMeaning[verdict?.outcome ?? 'untested']}</p>
      {verdict === null ? null : (
        <>
          <p className={classes.why} data-selectable>
            {sentence(verdict.text)}
          </p>
          {/* A ganged outlet's reason names them already. */}
          {verdict.others.length === 0 || verdict.outcome === 'ganged' ? null : (
            <p className={classes.why}>Lost their power too: {verdict.others.join(', ')}.</p>
          )}
          {verdict.seen.length === 0 ? null : (
            <details className={classes.seen} open={open}>
              <summary>What the test saw</summary>
              <Witnesses seen={verdict.seen} sinceMs={testBeganMs(verdict.seen)} />
            </details>
          )}
        </>
      )}
      {onTest === undefined ? null : (
        <div className={classes.hands}>
          <button
            type="button"
            className="button"
            aria-disabled={onTest === null}
            onClick={() => onTest?.()}
            data-testid="test-outlet"
          >
            {verdict === null ? 'Test this outlet…' : 'Test again…'}
          </button>
          {verdict === null ? null : (
            <button
              type="button"
              className="button"
              aria-disabled={onForget === null}
              onClick={() => onForget?.()}
              data-testid="forget-verdict"
            >
              Forget
            </button>
          )}
        </div>
      )}
    </div>
  );
}
