import { ExternalLink, Play, Square } from 'lucide-react';
import { memo } from 'react';
import { useStore } from 'zustand';
import type { Instance } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './InstanceRow.module.css';
import { instancePlace } from './instancesControl.ts';
import { allowed, stateTone, stateWord } from './instanceWords.ts';
import { PartShapes } from './PartShapes.tsx';
import { instanceTitle } from './sourceWords.ts';
import { TinyProgress } from './TinyProgress.tsx';
import { taskOf } from './timeLeft.ts';
import { addressText, usageText } from './usageText.ts';

/** One instance in the list; its name leads to all there is about it. */
export const InstanceRow = memo(function InstanceRow({ instance }: { instance: Instance }) {
  const { view, actions } = useLab();
  const { name, state } = instance;
  const place = instancePlace(instance);
  const refused = useStore(actions.store, (all) => all.problems[place] ?? null);
  const usage = usageText(instance.usage);
  const { problem } = instance;
  return (
    <li className={classes.row} data-state={state} data-testid={`instance-${name}`}>
      <div className={classes.who}>
        <h2 className={classes.name}>
          <button type="button" onClick={() => view.go({ page: 'instances', name })}>
            {name}
          </button>
        </h2>
        <p className={classes.source}>
          {instanceTitle(instance)}
          {instance.version === null ? null : <span className="tabular"> · {instance.version}</span>}
        </p>
      </div>
      <p className={classes.state} data-testid="instance-state" data-state={state}>
        <StateShape tone={stateTone[state]} sizePx={11} />
        {stateWord[state]}
      </p>
      <div className={classes.parts}>
        {state === 'installing' ? <Installing instance={instance} /> : null}
        {state === 'installing' || state === 'failed' ? null : <PartShapes parts={instance.parts} />}
      </div>
      <Figure caption="CPU" text={usage.cpu} />
      <Figure caption="Memory" text={usage.memory} />
      <Figure caption="Disk" text={usage.disk} />
      <p className={`${classes.address} tabular`} data-selectable>
        {addressText(instance.url)}
      </p>
      <Hands instance={instance} />
      {problem === null && refused === null ? null : (
        <div className={classes.problem}>
          <ProblemLine
            problem={refused ?? (problem === null ? null : { ...problem, code: 'INTERNAL', field: null })}
            onDismiss={refused === null ? undefined : () => actions.dismiss(place)}
          />
        </div>
      )}
    </li>
  );
});

function Figure({ caption, text }: { caption: string; text: string }) {
  return (
    <p className={`${classes.figure} tabular`}>
      <span className={classes.caption}>{caption} </span>
      {text}
    </p>
  );
}

function Installing({ instance }: { instance: Instance }) {
  const task = useBench((state) => taskOf(state.tasks, { taskId: instance.taskId, names: [] }));
  return task === null ? null : <TinyProgress task={task} />;
}

/** What one does most: open it, start it, stop it. */
function Hands({ instance }: { instance: Instance }) {
  const { instances, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const pending = useStore(actions.store, (all) => all.pending[instancePlace(instance)] !== undefined);
  const may = allowed(instance);
  const blocked = away || pending;
  return (
    <div className={classes.hands}>
      {may.start ? (
        <IconButton
          label={`Start ${instance.name}`}
          onClick={() => (blocked ? undefined : void instances.act(instance, 'start'))}
        >
          <Play size={15} strokeWidth={1.9} aria-hidden />
        </IconButton>
      ) : null}
      {may.stop ? (
        <IconButton
          label={`Stop ${instance.name}`}
          onClick={() => (blocked ? undefined : void instances.act(instance, 'stop'))}
        >
          <Square size={14} strokeWidth={1.9} aria-hidden />
        </IconButton>
      ) : null}
      {may.open ? (
        <button
          type="button"
          className="button"
          aria-disabled={blocked}
          aria-label={`Open ${instance.name}`}
          onClick={() => (blocked ? undefined : void instances.open(instance))}
        >
          Open
          <ExternalLink size={13} aria-hidden />
        </button>
      ) : null}
    </div>
  );
}
