import { useStore } from 'zustand';
import type { ConsoleInfo, Lease } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { StateShape, type Tone } from '../../ui/StateShape.tsx';
import classes from './LeaseEdge.module.css';
import { leasePlace } from './leaseControl.ts';
import { type LeaseStanding, leaseStanding, leaseText } from './leaseWords.ts';

export const leaseTone: Readonly<Record<LeaseStanding, Tone>> = {
  nobody: 'off',
  idle: 'off',
  yours: 'on',
  theirs: 'info',
};

/** Who writes to the console, since when and why; and the hands on that. */
export function LeaseEdge({ info }: { info: ConsoleInfo }) {
  const me = useBench((state) => state.me);
  const { lease } = info;
  const standing = leaseStanding(lease, me);
  return (
    <span className={classes.lease} data-testid="lease" data-standing={standing}>
      <StateShape tone={leaseTone[standing]} sizePx={9} />
      <span className={classes.text}>
        <LeaseWords lease={lease} standing={standing} />
      </span>
      <LeaseButtons info={info} standing={standing} />
    </span>
  );
}

function LeaseWords({ lease, standing }: { lease: Lease | null; standing: LeaseStanding }) {
  if (lease === null) return 'Nobody writes';
  const since = (
    <span className={classes.since}>
      {' · since '}
      <Age atMs={lease.sinceMs} />
    </span>
  );
  if (standing === 'yours') {
    return (
      <>
        {lease.kind === 'taken' ? 'You have it' : lease.idle ? 'You wrote last' : 'You are typing'}
        {lease.why === '' ? '' : `: ${lease.why}`}
        {since}
      </>
    );
  }
  return (
    <>
      {standing === 'idle' ? `${lease.holder.who} wrote last` : leaseText(lease)}
      {since}
    </>
  );
}

function LeaseButtons({ info, standing }: { info: ConsoleInfo; standing: LeaseStanding }) {
  const { leases, actions, view } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const pending = useStore(actions.store, (state) => leasePlace(info.consoleId) in state.pending);
  const meId = useBench((state) => state.me?.clientId);
  const { consoleId, lease } = info;
  const asked = lease?.asks.some((ask) => ask.client.clientId === meId) === true;
  const button = (label: string, title: string, run: () => unknown, blocked = false) => (
    <button
      type="button"
      className={classes.button}
      title={title}
      aria-disabled={blocked || away || pending}
      onClick={() => {
        if (!blocked && !away && !pending) run();
      }}
    >
      {label}
    </button>
  );
  if (standing === 'theirs') {
    return (
      <>
        {button(asked ? 'Asked' : 'Ask', 'Ask for the console', () => leases.ask(consoleId), asked)}
        {button('Take over…', 'Take the console from its holder', () =>
          view.show({ kind: 'take-over', consoleId }),
        )}
      </>
    );
  }
  const mine = standing === 'yours';
  return (
    <>
      {mine && lease?.kind === 'taken'
        ? null
        : button('Take', 'Keep the console until you release it', () => leases.take(consoleId))}
      {mine ? button('Release', 'Give the console back', () => leases.release(consoleId)) : null}
    </>
  );
}
