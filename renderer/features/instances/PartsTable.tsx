import { RotateCw } from 'lucide-react';
import { useStore } from 'zustand';
import type { Instance } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { instancePlace } from './instancesControl.ts';
import { allowed, parts, partTitle, partTone, partWord } from './instanceWords.ts';
import classes from './OverviewTab.module.css';

/** Each part: how it is, how often it had to be started again, and a way to do so. */
export function PartsTable({ instance }: { instance: Instance }) {
  const { instances, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const pending = useStore(actions.store, (state) => state.pending[instancePlace(instance)]);
  const may = allowed(instance);
  return (
    <ul className={classes.parts}>
      {parts.map((name) => {
        const part = instance.parts.find((each) => each.part === name);
        const state = part?.state ?? 'unknown';
        const restarts = part?.restarts ?? 0;
        const blocked = away || pending !== undefined;
        return (
          <li key={name} className={classes.part} data-state={state} data-testid={`part-${name}`}>
            <StateShape tone={partTone[state]} sizePx={11} />
            <span className={classes.name}>{partTitle[name]}</span>
            <span className={classes.word}>
              {partWord[state]}
              {restarts === 0 ? null : `, restarted ${countOf(restarts, 'time')}`}
              {part?.detail == null ? null : <span className={classes.detail}> {part.detail}</span>}
            </span>
            {may.restart && state !== 'off' ? (
              <IconButton
                label={`Restart the ${name}`}
                onClick={() => (blocked ? undefined : void instances.restartPart(instance, name))}
              >
                <RotateCw size={14} aria-hidden />
              </IconButton>
            ) : (
              <span />
            )}
          </li>
        );
      })}
    </ul>
  );
}
