import { Button } from '@mantine/core';
import { GitPullRequest, Plus } from 'lucide-react';
import { useStore } from 'zustand';
import type { Watch } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { Age } from '../../ui/Age.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './InstancesSection.module.css';
import { targetTitle } from './sourceWords.ts';
import watchClasses from './WatchesPage.module.css';
import { limitsText, subjectTone, subjectWord } from './watchWords.ts';

/** Repositories that keep one instance for each open merge request or branch. */
export function WatchesPage() {
  const { view } = useLab();
  const watches = useBench((state) => state.watches);
  if (watches === null)
    return (
      <div className={classes.list} role="status" aria-label="Loading the watches">
        <div className={classes.skeleton} />
      </div>
    );
  const add = (size: 'md' | 'compact-md') => (
    <Button
      size={size}
      leftSection={<Plus size={15} aria-hidden />}
      onClick={() => view.show({ kind: 'new-watch' })}
      data-testid="new-watch"
    >
      Watch a repository
    </Button>
  );
  if (watches.length === 0)
    return (
      <EmptyState icon={<GitPullRequest size={24} />} title="An instance for each merge request">
        <p>
          Labdeck looks at a repository now and then, installs what is open, upgrades what moves and removes
          what was closed.
        </p>
        {add('md')}
      </EmptyState>
    );
  return (
    <>
      <div className={classes.bar}>
        <p role="status">{countOf(watches.length, 'watch', 'watches')}</p>
        <span className={classes.spring} />
        {add('compact-md')}
      </div>
      <ul className={classes.list} aria-label="Watches">
        {watches.map((watch) => (
          <WatchItem key={watch.watchId} watch={watch} />
        ))}
      </ul>
    </>
  );
}

function WatchItem({ watch }: { watch: Watch }) {
  const { view, actions, connection } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const { watchId } = watch;
  const place = `watch:${watchId}`;
  const pending = useStore(actions.store, (state) => place in state.pending);
  const refused = useStore(actions.store, (state) => state.problems[place] ?? null);
  const blocked = away || pending;
  const look = () => {
    if (!blocked) void actions.run(place, 'look', async () => connection.client().watches.look({ watchId }));
  };
  return (
    <li className={classes.card} data-testid={`watch-${watchId}`}>
      <div className={classes.row}>
        <h2 className={classes.title}>{watchId}</h2>
        <span className={classes.soft}>{targetTitle(watch.target)}</span>
        <span className={classes.spring} />
        <button
          type="button"
          className="button"
          aria-disabled={blocked}
          aria-label={`Look at ${watchId} now`}
          onClick={look}
        >
          {pending ? 'Looking…' : 'Look now'}
        </button>
        <button
          type="button"
          className="button"
          aria-label={`Remove the watch ${watchId}`}
          onClick={() => view.show({ kind: 'remove-watch', watchId })}
        >
          Remove…
        </button>
      </div>
      <p className={`${classes.faint} ${classes.small}`}>
        {limitsText(watch)}. {watch.lastLookMs === null ? 'Not looked yet' : 'Looked '}
        {watch.lastLookMs === null ? null : <Age atMs={watch.lastLookMs} />}.
      </p>
      <ProblemLine
        problem={
          refused ?? (watch.problem === null ? null : { ...watch.problem, code: 'INTERNAL', field: null })
        }
        onDismiss={refused === null ? undefined : () => actions.dismiss(place)}
      />
      {watch.subjects.length === 0 ? (
        <p className={classes.soft}>Nothing open.</p>
      ) : (
        <ul className={watchClasses.subjects} aria-label={`Open in ${watchId}`}>
          {watch.subjects.map((subject) => (
            <Subject key={subject.subject} subject={subject} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Subject({ subject }: { subject: Watch['subjects'][number] }) {
  const { view } = useLab();
  const there = useBench((state) => state.instances?.some(({ name }) => name === subject.instance) === true);
  const { instance } = subject;
  return (
    <li className={watchClasses.subject}>
      <StateShape tone={subjectTone[subject.state]} sizePx={9} />
      <strong>{subject.subject}</strong>
      <span className={watchClasses.title}>{subject.title}</span>
      <code className={classes.faint}>{subject.commit.slice(0, 10)}</code>
      {instance !== null && there ? (
        <button
          type="button"
          className="button"
          onClick={() => view.go({ page: 'instances', name: instance })}
        >
          {instance}
        </button>
      ) : (
        <span className={classes.soft}>{subjectWord[subject.state]}</span>
      )}
    </li>
  );
}
