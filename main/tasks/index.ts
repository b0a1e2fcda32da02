export type { TaskHandle, TaskPlan } from './runningTask.ts';
export { TasksService } from './tasksService.ts';
