import { Suspense, useState } from 'react';
import { BoardList } from '../features/boards/BoardList.tsx';
import { lazily } from '../ui/lazily.ts';
import { Dialogs } from './Dialogs.tsx';
import { LoadingBench } from './LoadingBench.tsx';
import { useView } from './labContext.tsx';
import { Notices } from './Notices.tsx';
import { Rail } from './Rail.tsx';
import { RestartingLine } from './RestartingLine.tsx';
import { hasBoardList, isAboutInstances, isAboutPorts } from './route.ts';
import classes from './Shell.module.css';
import { StatusBar } from './StatusBar.tsx';
import { useFirstSelection } from './useFirstSelection.ts';

const BoardPage = lazily(() => loadBoardPage().then((module) => ({ default: module.BoardPage })));
const SettingsPage = lazily(() =>
  import('../features/settings/SettingsPage.tsx').then((module) => ({ default: module.SettingsPage })),
);
const PortsPage = lazily(() =>
  import('../features/ports/PortsPage.tsx').then((module) => ({ default: module.PortsPage })),
);
const WallPage = lazily(() =>
  import('../features/wall/WallPage.tsx').then((module) => ({ default: module.WallPage })),
);
const InstancesSection = lazily(() =>
  import('../features/instances/InstancesSection.tsx').then((module) => ({
    default: module.InstancesSection,
  })),
);
const TasksPage = lazily(() =>
  import('../features/tasks/TasksPage.tsx').then((module) => ({ default: module.TasksPage })),
);
const DoctorPage = lazily(() =>
  import('../features/doctor/DoctorPage.tsx').then((module) => ({ default: module.DoctorPage })),
);
const Palette = lazily(() => loadPalette().then((module) => ({ default: module.Palette })));

export function loadBoardPage(): Promise<typeof import('../features/boards/BoardPage.tsx')> {
  return import('../features/boards/BoardPage.tsx');
}

export function loadPalette(): Promise<typeof import('./commands/Palette.tsx')> {
  return import('./commands/Palette.tsx');
}

/** The window: rail, list, workspace with its inspector, status bar. */
export function Shell() {
  const route = useView((state) => state.route);
  const listed = hasBoardList(route);
  return (
    <div className={classes.shell} data-list={listed}>
      <Rail />
      {listed ? <BoardList /> : null}
      <div className={classes.workspace}>
        <RestartingLine />
        <Notices />
        <Suspense fallback={route.page === 'bench' ? <LoadingBench /> : null}>
          {route.page === 'bench' ? <BoardPage /> : null}
          {isAboutPorts(route) ? <PortsPage /> : null}
          {route.page === 'wall' ? <WallPage /> : null}
          {isAboutInstances(route) ? <InstancesSection /> : null}
          {route.page === 'tasks' ? <TasksPage /> : null}
          {route.page === 'doctor' ? <DoctorPage /> : null}
          {route.page === 'settings' ? <SettingsPage /> : null}
        </Suspense>
      </div>
      <StatusBar />
      <PaletteWhenUsed />
      <Dialogs />
      <FirstSelection />
    </div>
  );
}

/** Loaded at its first use, and kept: it tidies up after itself when it closes. */
function PaletteWhenUsed() {
  const open = useView((state) => state.paletteOpen);
  const [used, setUsed] = useState(false);
  if (open && !used) setUsed(true);
  return <Suspense>{used ? <Palette /> : null}</Suspense>;
}

function FirstSelection() {
  useFirstSelection();
  return null;
}
