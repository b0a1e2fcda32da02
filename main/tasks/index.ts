export type { TaskFate } from './journaledTask.ts';
export type { TaskHandle, TaskPlan } from './runningTask.ts';
export { TaskJournal } from './taskJournal.ts';
export { TasksService } from './tasksService.ts';
