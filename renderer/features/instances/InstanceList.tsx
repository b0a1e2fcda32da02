import '../../ui/widgets.css';
import { Button, Menu } from '@mantine/core';
import { ArrowUpCircle, Ellipsis, FileInput, Plus } from 'lucide-react';
import { useStore } from 'zustand';
import type { Instance } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { MenuButton } from '../history/MenuButton.tsx';
import { EngineNote } from './EngineNote.tsx';
import { EngineTrouble } from './EngineTrouble.tsx';
import rowClasses from './InstanceRow.module.css';
import { InstanceRow } from './InstanceRow.tsx';
import classes from './InstancesSection.module.css';
import { NoInstances } from './NoInstances.tsx';

/** Every instance with how it is, what it takes and where it answers. */
export function InstanceList() {
  const { instances: control } = useLab();
  const instances = useBench((state) => state.instances);
  const engine = useStore(control.store, (state) => state.engine);
  const trouble = engine?.state === 'unavailable' || engine?.state === 'unasked';
  if (instances === null || (instances.length === 0 && engine === null)) return <Loading />;
  if (instances.length === 0) return trouble ? <EngineTrouble engine={engine} /> : <NoInstances />;
  return (
    <>
      <Bar instances={instances} />
      {trouble ? <EngineTrouble engine={engine} /> : null}
      <div className={rowClasses.table}>
        <div className={rowClasses.captions} aria-hidden="true">
          <span>Name</span>
          <span>State</span>
          <span>Parts</span>
          <span data-number>CPU</span>
          <span data-number>Memory</span>
          <span data-number>Disk</span>
          <span>Address</span>
          <span />
        </div>
        <ul className={rowClasses.rows} aria-label="Instances">
          {instances.map((instance) => (
            <InstanceRow key={instance.key} instance={instance} />
          ))}
        </ul>
      </div>
      <EngineNote engine={engine} />
    </>
  );
}

function Bar({ instances }: { instances: readonly Instance[] }) {
  const { view } = useLab();
  const running = instances.filter(({ state }) => state === 'running' || state === 'degraded').length;
  return (
    <div className={classes.bar}>
      <p role="status">
        {countOf(instances.length, 'instance')}, {running} running
      </p>
      <span className={classes.spring} />
      <Button
        size="compact-md"
        leftSection={<Plus size={15} aria-hidden />}
        onClick={() => view.show({ kind: 'new-instance', answers: null })}
        data-testid="new-instance"
      >
        New instance
      </Button>
      <Menu position="bottom-end" width={230} withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <MenuButton label="More" testId="instances-menu">
            <Ellipsis size={17} aria-hidden />
          </MenuButton>
        </Menu.Target>
        <Menu.Dropdown aria-label="More">
          <Menu.Item
            leftSection={<ArrowUpCircle size={16} aria-hidden />}
            onClick={() => view.show({ kind: 'upgrade-all' })}
          >
            Upgrade all…
          </Menu.Item>
          <Menu.Item
            leftSection={<FileInput size={16} aria-hidden />}
            onClick={() => view.show({ kind: 'restore', backupId: null, name: null })}
          >
            Restore from a file…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function Loading() {
  return (
    <div className={classes.list} role="status" aria-label="Loading the instances">
      {[0, 1].map((row) => (
        <div key={row} className={classes.skeleton} />
      ))}
    </div>
  );
}
