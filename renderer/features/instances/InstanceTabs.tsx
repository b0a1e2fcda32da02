import { type KeyboardEvent, Suspense, useState } from 'react';
import type { Instance } from '../../../main/contract/index.ts';
import { lazily } from '../../ui/lazily.ts';
import { BackupsTab } from './BackupsTab.tsx';
import classes from './InstancePage.module.css';
import { LogsTab } from './LogsTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';

const ShellTab = lazily(() => import('./ShellTab.tsx').then((module) => ({ default: module.ShellTab })));

const tabs = [
  { id: 'overview', label: 'Overview' },
  { id: 'logs', label: 'Logs' },
  { id: 'shell', label: 'Shell' },
  { id: 'backups', label: 'Backups' },
] as const;
type Tab = (typeof tabs)[number]['id'];

/** All there is about an instance, one thing at a time. */
export function InstanceTabs({ instance }: { instance: Instance }) {
  const [tab, setTab] = useState<Tab>('overview');
  const onArrow = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = tabs.findIndex((each) => each.id === tab);
    const next = step === 0 ? undefined : tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    setTab(next.id);
    document.getElementById(`instance-${next.id}`)?.focus();
  };
  return (
    <>
      <div className={classes.tabs} role="tablist" aria-label="About this instance" onKeyDown={onArrow}>
        {tabs.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`instance-${id}`}
            aria-selected={id === tab}
            aria-controls="instance-panel"
            tabIndex={id === tab ? 0 : -1}
            className={classes.tab}
            onClick={() => setTab(id)}
            {...(id === 'shell' ? { 'data-leave-terminal': true } : {})}
          >
            {label}
          </button>
        ))}
      </div>
      <div className={classes.panel} role="tabpanel" id="instance-panel" aria-labelledby={`instance-${tab}`}>
        {tab === 'overview' ? <OverviewTab instance={instance} /> : null}
        {tab === 'logs' ? <LogsTab instance={instance} /> : null}
        <Suspense>{tab === 'shell' ? <ShellTab instance={instance} /> : null}</Suspense>
        {tab === 'backups' ? <BackupsTab instance={instance} /> : null}
      </div>
    </>
  );
}
