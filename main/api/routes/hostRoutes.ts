import type { Services } from '../context.ts';
import { latestStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';

/** Labdeck itself: settings, tasks, what it has to say. */
export function hostRoutes(services: Services) {
  const { settings, notices, tasks } = services;
  return {
    settings: lab.settings.router({
      get: lab.settings.get.handler(() => settings.get()),
      update: lab.settings.update.handler(({ input }) => settings.update(input)),
      changes: lab.settings.changes.handler(({ signal }) =>
        latestStream(
          () => settings.get(),
          (changed) => settings.onDidChange(changed),
          signal,
        ),
      ),
    }),
    tasks: lab.tasks.router({
      list: lab.tasks.list.handler(() => tasks.list()),
      get: lab.tasks.get.handler(({ input }) => tasks.get(input.taskId)),
      cancel: lab.tasks.cancel.handler(({ input }) => tasks.cancel(input.taskId)),
      changes: lab.tasks.changes.handler(({ signal }) =>
        latestStream(
          () => tasks.list(),
          (changed) => tasks.onDidChange(changed),
          signal,
        ),
      ),
    }),
    about: lab.about.router({
      about: lab.about.about.handler(() => services.about()),
      health: lab.about.health.handler(() => services.health()),
      notices: lab.about.notices.handler(({ signal }) =>
        latestStream(
          () => notices.list(),
          (changed) => notices.onDidChange(changed),
          signal,
        ),
      ),
      dismiss: lab.about.dismiss.handler(({ input }) => notices.dismiss(input.noticeId)),
    }),
  };
}
