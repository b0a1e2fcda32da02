import type { Task } from '../../../main/contract/index.ts';
import { useBench } from '../../app/labContext.tsx';

/** A task as it is now; as it was answered until the core's list has it. */
export function useTask(task: Task | null): Task | null {
  return useBench((state) => state.tasks?.find((each) => each.taskId === task?.taskId)) ?? task;
}
