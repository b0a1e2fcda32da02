import { Button } from '@mantine/core';
import { Archive } from 'lucide-react';
import { useStore } from 'zustand';
import type { Instance } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { BackupItem } from './BackupItem.tsx';
import classes from './InstancesSection.module.css';
import { policyDraft } from './installDraft.ts';
import { policyText } from './installWords.ts';
import { instancePlace } from './instancesControl.ts';
import { allowed } from './instanceWords.ts';
import overview from './OverviewTab.module.css';

/** The backups of one instance. They stay when it is removed. */
export function BackupsTab({ instance }: { instance: Instance }) {
  const { view, instances, actions } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const all = useBench((state) => state.backups);
  const pending = useStore(actions.store, (state) => state.pending[instancePlace(instance)]);
  const own = all?.filter((backup) => backup.instanceKey === instance.key) ?? null;
  const blocked = away || pending !== undefined || !allowed(instance).backup;
  return (
    <div className={`${overview.scroll} ${classes.stack}`} data-testid="backups-tab">
      <div className={classes.bar}>
        <p role="status">
          {own === null ? 'Asking for the backups…' : countOf(own.length, 'backup')}. Made{' '}
          {policyText(policyDraft(instance.backup))}.
        </p>
        <span className={classes.spring} />
        <button
          type="button"
          className="button"
          onClick={() => view.show({ kind: 'restore', backupId: null, name: instance.name })}
        >
          Restore from a file…
        </button>
        <Button
          size="compact-md"
          loading={pending === 'backup'}
          aria-disabled={blocked}
          onClick={() => (blocked ? undefined : void instances.act(instance, 'backup'))}
          data-testid="back-up"
        >
          Back up now
        </Button>
      </div>
      {own?.length === 0 ? (
        <EmptyState level="panel" icon={<Archive size={20} />} title="No backup yet">
          <p>A backup holds the users, the jobs and their results, the devices, and all settings.</p>
        </EmptyState>
      ) : (
        <ul className={classes.list} aria-label="Backups, newest first">
          {own?.map((backup) => (
            <BackupItem key={backup.backupId} backup={backup} into={instance} />
          ))}
        </ul>
      )}
    </div>
  );
}
