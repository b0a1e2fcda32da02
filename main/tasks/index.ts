export type { TaskFate } from './journaledTask.ts';
export { isClosing, type TaskHandle, type TaskPlan } from './runningTask.ts';
export { TaskJournal } from './taskJournal.ts';
export { TasksService } from './tasksService.ts';
