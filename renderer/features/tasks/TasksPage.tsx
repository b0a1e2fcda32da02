import { ListChecks } from 'lucide-react';
import { useBench } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { TaskItem } from './TaskItem.tsx';
import classes from './TasksPage.module.css';
import { runningCount } from './taskWords.ts';

/** Long work, under way and done: how far it is, how it ended, what it said. */
export function TasksPage() {
  const tasks = useBench((state) => state.tasks);
  if (tasks === null)
    return <main className={classes.page} aria-busy="true" aria-label="Loading the tasks" />;
  const running = runningCount(tasks);
  return (
    <main className={classes.page} data-testid="tasks">
      <header className={classes.head}>
        <h1>Tasks</h1>
        <p role="status">{running === 0 ? 'Nothing is running.' : `${running} running`}</p>
      </header>
      {tasks.length === 0 ? (
        <EmptyState icon={<ListChecks size={24} />} title="No task yet">
          <p>What takes a while, such as sending a file or a long paste, can be watched and stopped here.</p>
        </EmptyState>
      ) : (
        <ul className={classes.list} aria-label="Tasks, newest first">
          {tasks.map((task) => (
            <TaskItem key={task.taskId} task={task} />
          ))}
        </ul>
      )}
    </main>
  );
}
