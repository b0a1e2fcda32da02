import {
  LayoutDashboard,
  ListChecks,
  PanelLeft,
  Search,
  Server,
  Settings,
  SquareTerminal,
  Stethoscope,
} from 'lucide-react';
import { runningCount } from '../features/tasks/taskWords.ts';
import { keys } from './commands/keys.ts';
import { useBench, useLab, useView } from './labContext.tsx';
import classes from './Rail.module.css';
import { hasBoardList, isAboutInstances } from './route.ts';

/** Where to go. Only places that exist. */
export function Rail() {
  const { view } = useLab();
  const page = useView((state) => state.route.page);
  const onInstances = useView((state) => isAboutInstances(state.route));
  const listOpen = useView((state) => state.listOpen);
  const onBench = useView((state) => hasBoardList(state.route));
  return (
    <nav className={classes.rail} aria-label="Sections">
      <img className={classes.mark} src="./icon.svg" alt="" width={26} height={26} />
      <Entry
        label="Bench"
        current={onBench}
        onClick={() => (onBench ? undefined : view.go({ page: 'bench', boardId: null }))}
      >
        <LayoutDashboard size={19} strokeWidth={1.7} aria-hidden />
      </Entry>
      {onBench ? (
        <span className={classes.narrow}>
          <Entry label="Board list" expanded={listOpen} onClick={() => view.set({ listOpen: !listOpen })}>
            <PanelLeft size={19} strokeWidth={1.7} aria-hidden />
          </Entry>
        </span>
      ) : null}
      <Entry label="Consoles" current={page === 'wall'} onClick={() => view.go({ page: 'wall' })}>
        <SquareTerminal size={19} strokeWidth={1.7} aria-hidden />
      </Entry>
      <Entry
        label="Instances"
        hint={keys['view.instances']}
        current={onInstances}
        onClick={() => view.go({ page: 'instances', name: null })}
      >
        <Server size={19} strokeWidth={1.7} aria-hidden />
      </Entry>
      <TasksEntry current={page === 'tasks'} />
      <Entry label="Doctor" current={page === 'doctor'} onClick={() => view.go({ page: 'doctor' })}>
        <Stethoscope size={19} strokeWidth={1.7} aria-hidden />
      </Entry>
      <span className={classes.spring} />
      <Entry label="Commands" hint={keys['view.palette']} onClick={() => view.openPalette()}>
        <Search size={18} strokeWidth={1.7} aria-hidden />
      </Entry>
      <Entry label="Settings" current={page === 'settings'} onClick={() => view.go({ page: 'settings' })}>
        <Settings size={19} strokeWidth={1.7} aria-hidden />
      </Entry>
    </nav>
  );
}

function TasksEntry({ current }: { current: boolean }) {
  const { view } = useLab();
  const running = useBench((state) => runningCount(state.tasks));
  return (
    <Entry
      label={running === 0 ? 'Tasks' : `Tasks, ${running} running`}
      current={current}
      onClick={() => view.go({ page: 'tasks' })}
    >
      <ListChecks size={19} strokeWidth={1.7} aria-hidden />
      {running === 0 ? null : (
        <span className={`${classes.badge} tabular`} aria-hidden="true">
          {running}
        </span>
      )}
    </Entry>
  );
}

interface EntryProps {
  readonly label: string;
  readonly hint?: string;
  readonly current?: boolean;
  readonly expanded?: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}

function Entry({ label, hint, current, expanded, onClick, children }: EntryProps) {
  return (
    <button
      type="button"
      className={classes.entry}
      data-tip={expanded === true ? undefined : hint === undefined ? label : `${label}  ${hint}`}
      data-tip-side="right"
      aria-label={label}
      aria-current={current === true ? 'page' : undefined}
      aria-expanded={expanded}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
