import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import classes from './EngineNote.module.css';
import { engineTitle } from './engineWords.ts';
import type { InstancesState } from './instancesControl.ts';

/** What they run in, and what Labdeck does differently because of how this machine is. */
export function EngineNote({ engine }: { engine: InstancesState['engine'] }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  if (engine?.state !== 'ready') return null;
  const { workarounds } = engine.engine;
  return (
    <div className={classes.note}>
      <p>
        Run in {engineTitle(engine.engine)}.
        {workarounds.length === 0 ? null : (
          <button
            type="button"
            className={classes.fold}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight size={13} aria-hidden className={classes.chevron} />
            What is special here
          </button>
        )}
      </p>
      <ul id={id} hidden={!open}>
        {workarounds.map(({ what, why }) => (
          <li key={what}>
            <strong>{what}</strong>: {why}
          </li>
        ))}
      </ul>
    </div>
  );
}
