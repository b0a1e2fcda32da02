import '../../ui/widgets.css';
import { SearchX } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Instance } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { InstallEnd } from './InstallEnd.tsx';
import { InstallProgress } from './InstallProgress.tsx';
import { InstanceHeader } from './InstanceHeader.tsx';
import classes from './InstancePage.module.css';
import { InstanceTabs } from './InstanceTabs.tsx';
import { InstanceTrouble } from './InstanceTrouble.tsx';
import { ReadyCard } from './ReadyCard.tsx';
import { taskOf } from './timeLeft.ts';

/** One instance: how it comes about, and then how it is and all that can be done with it. */
export function InstancePage({ name }: { name: string }) {
  const { view } = useLab();
  const instances = useBench((state) => state.instances);
  const instance = instances?.find((each) => each.name === name);
  const key = useRef<string | null>(null);
  if (instance !== undefined) key.current = instance.key;
  // Renamed, here or in another window: it is followed.
  const renamed = instance === undefined ? instances?.find((each) => each.key === key.current) : undefined;
  useEffect(() => {
    if (renamed !== undefined) view.go({ page: 'instances', name: renamed.name });
  }, [renamed, view]);
  if (instances === null || renamed !== undefined)
    return <main className={classes.page} aria-busy="true" aria-label="Loading the instance" />;
  if (instance === undefined) return <Gone name={name} />;
  return (
    <main className={classes.page} aria-label={name} data-testid="instance-page">
      <InstanceHeader key={instance.key} instance={instance} />
      <Body instance={instance} />
    </main>
  );
}

function Body({ instance }: { instance: Instance }) {
  const { instances: control } = useLab();
  const fresh = useStore(control.store, (state) => state.fresh[instance.key]);
  const { key, name, state } = instance;
  const neverDone = useBench((bench) => {
    const last = taskOf(bench.tasks, { taskId: null, names: [key, name] });
    return last?.kind === 'install-instance' && last.state !== 'succeeded';
  });
  // No lab has ever been in it: there is nothing but how far it is, or why it is not there.
  if (state === 'installing') return <InstallProgress instance={instance} />;
  if (state === 'failed' && (instance.imageId === null || neverDone))
    return <InstallEnd instance={instance} />;
  return (
    <>
      {fresh !== undefined && (state === 'running' || state === 'degraded') ? (
        <ReadyCard instance={instance} which={fresh} />
      ) : null}
      <InstanceTrouble instance={instance} />
      <InstanceTabs key={instance.key} instance={instance} />
    </>
  );
}

/** Cancelled or removed, or never there. A failed install that tidied up behind itself still says why. */
function Gone({ name }: { name: string }) {
  const { view } = useLab();
  const task = useBench((state) => taskOf(state.tasks, { taskId: null, names: [name] }));
  const back = (
    <button
      type="button"
      className="button"
      data-size="large"
      onClick={() => view.go({ page: 'instances', name: null })}
    >
      All instances
    </button>
  );
  const cancelled = task?.state === 'cancelled';
  return (
    <main className={classes.page}>
      <EmptyState
        icon={<SearchX size={24} />}
        heading="h1"
        title={cancelled ? `Installing ${name} was cancelled` : `There is no instance named ${name}`}
      >
        <p>
          {cancelled
            ? 'Nothing of it is left on this machine.'
            : (task?.problem?.message ?? 'It may have been renamed or removed.')}
        </p>
        {back}
      </EmptyState>
    </main>
  );
}
