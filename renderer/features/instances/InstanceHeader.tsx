import { Button } from '@mantine/core';
import { ChevronLeft, ExternalLink, Play, RotateCw, Square } from 'lucide-react';
import { useStore } from 'zustand';
import type { Instance } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { InstanceMenu } from './InstanceMenu.tsx';
import classes from './InstancePage.module.css';
import { instancePlace, type LifeAction } from './instancesControl.ts';
import { allowed, stateTone, stateWord } from './instanceWords.ts';
import { instanceTitle } from './sourceWords.ts';
import { addressText } from './usageText.ts';

/** Which one it is, how it is, and the hands on it. */
export function InstanceHeader({ instance }: { instance: Instance }) {
  const { view, actions } = useLab();
  const place = instancePlace(instance);
  const problem = useStore(actions.store, (state) => state.problems[place] ?? null);
  const { name, state, version } = instance;
  return (
    <header className={classes.header}>
      <div className={classes.row}>
        <div className={classes.who}>
          <button
            type="button"
            className={classes.back}
            onClick={() => view.go({ page: 'instances', name: null })}
          >
            <ChevronLeft size={14} aria-hidden />
            Instances
          </button>
          <div className={classes.title}>
            <h1>{name}</h1>
            <span className={classes.badge} data-tone={stateTone[state]} role="status">
              <StateShape tone={stateTone[state]} sizePx={10} />
              <span data-testid="instance-state" data-state={state}>
                {stateWord[state]}
              </span>
            </span>
          </div>
          <p className={`${classes.about} tabular`}>
            {instanceTitle(instance)}
            {version === null ? '' : ` · LAVA ${version}`} · {addressText(instance.url)}
          </p>
        </div>
        {state === 'installing' ? null : <Hands instance={instance} />}
      </div>
      <ProblemLine problem={problem} onDismiss={() => actions.dismiss(place)} />
    </header>
  );
}

const icons = { start: Play, stop: Square, restart: RotateCw, backup: Play } as const;
const words = { start: 'Start', stop: 'Stop', restart: 'Restart', backup: 'Back up' } as const;

function Hands({ instance }: { instance: Instance }) {
  const { instances, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const pending = useStore(actions.store, (state) => state.pending[instancePlace(instance)]);
  const may = allowed(instance);
  const blocked = away || pending !== undefined;
  const act = (action: LifeAction) => (blocked ? undefined : void instances.act(instance, action));
  // A failed one has its Try again beside the reason.
  const life = (['start', 'stop', 'restart'] as const).filter(
    (action) => may[action] && instance.state !== 'failed',
  );
  return (
    <div className={classes.hands}>
      {life.map((action) => {
        const Icon = icons[action];
        return (
          <Button
            key={action}
            variant="default"
            size="compact-md"
            leftSection={<Icon size={14} aria-hidden />}
            loading={pending === action}
            aria-disabled={blocked}
            onClick={() => act(action)}
            data-testid={action}
          >
            {words[action]}
          </Button>
        );
      })}
      {may.open ? (
        <Button
          size="compact-md"
          rightSection={<ExternalLink size={14} aria-hidden />}
          loading={pending === 'open'}
          aria-disabled={blocked}
          onClick={() => (blocked ? undefined : void instances.open(instance))}
          data-testid="open"
        >
          Open
        </Button>
      ) : null}
      <InstanceMenu instance={instance} />
    </div>
  );
}
