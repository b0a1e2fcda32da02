import { ArrowLeftRight, Power } from 'lucide-react';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Boot } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { type BootActions, BootItem } from './BootItem.tsx';
import classes from './BootsTab.module.css';
import { BootsFollower } from './bootsStore.ts';
import { saveExport } from './saveExport.ts';

/** Every boot of a console, newest first: go to it, compare two, keep one as a file. */
export const BootsTab = memo(function BootsTab({ consoleId }: { consoleId: string }) {
  const follower = useBoots(consoleId);
  return follower === null ? <Waiting /> : <Boots consoleId={consoleId} follower={follower} />;
});

function useBoots(consoleId: string): BootsFollower | null {
  const { connection } = useLab();
  const [follower, setFollower] = useState<BootsFollower | null>(null);
  useEffect(() => {
    const made = new BootsFollower(consoleId, () => connection.client());
    setFollower(made);
    return () => made.dispose();
  }, [connection, consoleId]);
  return follower;
}

function Boots({ consoleId, follower }: { consoleId: string; follower: BootsFollower }) {
  const lab = useLab();
  const { history } = lab;
  const { boots, complete, loadingOlder, problem } = useStore(follower.store);
  const [openId, setOpenId] = useState<number | null>(null);
  const [picked, setPicked] = useState<readonly number[] | null>(null);
  const on = useMemo<BootActions>(
    () => ({
      go: (boot, offset, atMs) => {
        setOpenId(boot.bootId);
        history.jump(consoleId, { offset, bytes: 0, atMs });
      },
      compare: (boot) => history.compare(consoleId, { right: boot.bootId }),
      exportBoot: (boot) =>
        void saveExport(lab, {
          consoleId,
          format: 'text',
          times: 'power-on',
          from: boot.fromOffset,
          ...(boot.toOffset === null ? {} : { to: boot.toOffset }),
        }),
      pick: (boot) => setPicked((before) => pick(before ?? [], boot)),
    }),
    [lab, history, consoleId],
  );
  if (boots === null) return <Waiting />;
  if (boots.length === 0) return <NoBoots />;
  return (
    <div className={classes.boots}>
      <div className={classes.bar}>
        <button type="button" className="button" onClick={() => history.compare(consoleId)}>
          <ArrowLeftRight size={13} aria-hidden />
          Compare with last good
        </button>
        <button
          type="button"
          className="button"
          aria-pressed={picked !== null}
          onClick={() => setPicked(picked === null ? [] : null)}
        >
          {picked === null ? 'Choose two' : 'Cancel'}
        </button>
      </div>
      {picked === null ? null : <Picked picked={picked} compare={(two) => history.compare(consoleId, two)} />}
      <ul className={classes.list} aria-label="Boots, newest first" data-testid="boots">
        {boots.map((boot) => (
          <BootItem
            key={boot.bootId}
            boot={boot}
            open={boot.bootId === openId}
            picking={picked !== null}
            picked={picked?.includes(boot.bootId) === true}
            on={on}
          />
        ))}
        {complete ? null : <Older busy={loadingOlder} load={() => void follower.loadOlder()} />}
      </ul>
      <ProblemLine problem={problem} />
    </div>
  );
}

function Picked({
  picked,
  compare,
}: {
  picked: readonly number[];
  compare: (two: { left: number; right: number }) => void;
}) {
  const [a, b] = picked;
  return (
    <div className={classes.picked} role="status">
      {a === undefined || b === undefined ? (
        <span>{a === undefined ? 'Tick two boots to compare.' : `Boot ${a} and another one.`}</span>
      ) : (
        <>
          <span>
            Boots {Math.min(a, b)} and {Math.max(a, b)}
          </span>
          <button
            type="button"
            className="button"
            onClick={() => compare({ left: Math.min(a, b), right: Math.max(a, b) })}
          >
            Compare
          </button>
        </>
      )}
    </div>
  );
}

/** Loads by itself once it comes into view; the button serves who does not scroll. */
function Older({ busy, load }: { busy: boolean; load: () => void }) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    const element = row.current;
    if (element === null) return;
    const seen = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) load();
    });
    seen.observe(element);
    return () => seen.disconnect();
  }, [load]);
  return (
    <li ref={row} className={classes.older}>
      <button type="button" className="button" aria-disabled={busy} onClick={load}>
        {busy ? 'Loading…' : 'Older boots'}
      </button>
    </li>
  );
}

function Waiting() {
  return (
    <div className={classes.waiting} aria-busy="true" role="status">
      Asking for the boots…
    </div>
  );
}

function NoBoots() {
  return (
    <EmptyState icon={<Power size={18} />} title="No boot yet" level="panel">
      <p>
        Switch the board on, or reset it: each boot is listed here with its stages and how long they took.
      </p>
    </EmptyState>
  );
}

/** The two ticked last. */
function pick(before: readonly number[], boot: Boot): readonly number[] {
  if (before.includes(boot.bootId)) return before.filter((id) => id !== boot.bootId);
  return [...before, boot.bootId].slice(-2);
}
