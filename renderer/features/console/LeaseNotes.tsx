import { useStore } from 'zustand';
import type { ConsoleInfo } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './LeaseNotes.module.css';
import { leasePlace } from './leaseControl.ts';
import { leaseStanding } from './leaseWords.ts';

const nobody: readonly string[] = [];

/** What there is to say about the lease: who asks for it, who took it, why it could not be had. */
export function LeaseNotes({ info }: { info: ConsoleInfo }) {
  const { actions } = useLab();
  const place = leasePlace(info.consoleId);
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  return (
    <div className={classes.notes} aria-live="polite">
      <Lost info={info} />
      <Asks info={info} />
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
    </div>
  );
}

function Lost({ info }: { info: ConsoleInfo }) {
  const { leases } = useLab();
  const loss = useStore(leases.news, (state) => state.lost[info.consoleId]);
  const me = useBench((state) => state.me);
  if (loss === undefined) return null;
  const theirs = leaseStanding(info.lease, me) === 'theirs';
  return (
    <div className={classes.note} data-tone="warning" data-testid="lease-lost">
      <StateShape tone="unknown" sizePx={11} />
      <p data-selectable>
        <strong>
          {loss.to === null ? 'You no longer have this console.' : `${loss.to} took this console over.`}
        </strong>
        {loss.why === '' ? '' : ` ${loss.why}`}
      </p>
      {theirs ? (
        <button type="button" className="button" onClick={() => void leases.ask(info.consoleId)}>
          Ask for it
        </button>
      ) : null}
      <button type="button" className="button" onClick={() => leases.dismissLost(info.consoleId)}>
        Dismiss
      </button>
    </div>
  );
}

/** Others who want what this window holds. */
function Asks({ info }: { info: ConsoleInfo }) {
  const { leases } = useLab();
  const me = useBench((state) => state.me);
  const kept = useStore(leases.news, (state) => state.kept[info.consoleId] ?? nobody);
  if (info.lease === null || leaseStanding(info.lease, me) !== 'yours') return null;
  const fresh = info.lease.asks.filter((ask) => !kept.includes(ask.client.clientId));
  const first = fresh[0];
  if (first === undefined) return null;
  const others = fresh.length - 1;
  return (
    <div className={classes.note} data-tone="info" data-testid="lease-ask">
      <StateShape tone="info" sizePx={11} />
      <p data-selectable>
        <strong>
          {first.client.who}
          {others === 0 ? '' : ` and ${others} more`} would like this console.
        </strong>
        {first.why === '' ? '' : ` ${first.why}`}
      </p>
      <button type="button" className="button" onClick={() => void leases.release(info.consoleId)}>
        Give
      </button>
      <button
        type="button"
        className="button"
        onClick={() =>
          leases.keep(
            info.consoleId,
            (info.lease?.asks ?? []).map((ask) => ask.client.clientId),
          )
        }
      >
        Keep
      </button>
    </div>
  );
}
