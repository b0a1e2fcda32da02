import type { Services } from '../context.ts';
import { eventStream, latestStream } from '../eventStream.ts';
import { lab } from '../implementer.ts';

/** LAVA instances, their backups and images, shells in them, and what is watched for them. */
export function instanceRoutes({ lava }: Services) {
  const { instances, actions, access, requests, shells, backups, watches, engines, images } = lava;
  return {
    engine: lab.engine.router({
      get: lab.engine.get.handler(() => engines.look()),
    }),
    instances: lab.instances.router({
      list: lab.instances.list.handler(() => instances.list()),
      get: lab.instances.get.handler(({ input }) => instances.get(input.name)),
      plan: lab.instances.plan.handler(({ input }) => requests.plan(input)),
      add: lab.instances.add.handler(({ input }) => instances.add(input)),
      update: lab.instances.update.handler(({ input: { name, ...patch } }) => instances.update(name, patch)),
      remove: lab.instances.remove.handler(({ input }) =>
        actions.remove(input.params.name, input.query.confirm),
      ),
      start: lab.instances.start.handler(({ input }) => actions.start(input.name)),
      stop: lab.instances.stop.handler(({ input }) => actions.stop(input.name)),
      restart: lab.instances.restart.handler(({ input }) => actions.restart(input.name)),
      backup: lab.instances.backup.handler(({ input }) => actions.backup(input.name)),
      upgrade: lab.instances.upgrade.handler(({ input }) => actions.upgrade(input.name, input.source)),
      upgradeAll: lab.instances.upgradeAll.handler(() => actions.upgradeAll()),
      clone: lab.instances.clone.handler(({ input }) => requests.clone(input.name, input.as, input.withData)),
      restore: lab.instances.restore.handler(({ input }) =>
        requests.restore(input.name, input.from, input.source),
      ),
      exec: lab.instances.exec.handler(({ input: { name, argv, ...options }, signal }) =>
        access.exec(name, argv, { ...options, ...(signal ? { signal } : {}) }),
      ),
      credentials: lab.instances.credentials.handler(({ input }) => access.credentials(input.name)),
      newPassword: lab.instances.newPassword.handler(({ input }) =>
        access.newPassword(input.name, input.password),
      ),
      login: lab.instances.login.handler(async ({ input }) => ({ url: await access.login(input.name) })),
      logs: lab.instances.logs.handler(async ({ input }) => ({
        text: await access.logs(input.name, input.part, input.lines),
      })),
      restartPart: lab.instances.restartPart.handler(({ input }) =>
        access.restartPart(input.name, input.part),
      ),
      backups: lab.instances.backups.handler(({ input }) => {
        const { key } = instances.get(input.name);
        return backups.list().filter(({ instanceKey }) => instanceKey === key);
      }),
      changes: lab.instances.changes.handler(({ signal }) =>
        latestStream(
          () => instances.list(),
          (changed) => instances.onDidChange(changed),
          signal,
        ),
      ),
    }),
    backups: lab.backups.router({
      list: lab.backups.list.handler(() => backups.list()),
      remove: lab.backups.remove.handler(({ input }) => lava.removeBackup(input.backupId)),
      verify: lab.backups.verify.handler(({ input }) => actions.verify(input.backupId)),
      changes: lab.backups.changes.handler(({ signal }) =>
        latestStream(
          () => backups.list(),
          (changed) => backups.onDidChange(changed),
          signal,
        ),
      ),
    }),
    images: lab.images.router({
      list: lab.images.list.handler(() => images.list()),
      prune: lab.images.prune.handler(() => images.prune()),
    }),
    shells: lab.shells.router({
      open: lab.shells.open.handler(async ({ input: { name, kind, ...size } }) => ({
        shellId: await shells.open(name, kind, size),
      })),
      output: lab.shells.output.handler(({ input: { shellId }, signal }) =>
        eventStream(
          () => shells.kept(shellId),
          (push) => shells.listen(shellId, push),
          signal,
        ),
      ),
      write: lab.shells.write.handler(({ input }) => shells.write(input.shellId, input.data)),
      resize: lab.shells.resize.handler(({ input: { shellId, ...size } }) => shells.resize(shellId, size)),
      close: lab.shells.close.handler(({ input }) => shells.end(input.shellId)),
    }),
    watches: lab.watches.router({
      list: lab.watches.list.handler(() => watches.list()),
      add: lab.watches.add.handler(({ input }) => watches.add(input)),
      remove: lab.watches.remove.handler(({ input }) =>
        watches.remove(input.params.watchId, input.query.instances),
      ),
      look: lab.watches.look.handler(({ input }) => watches.look(input.watchId)),
      changes: lab.watches.changes.handler(({ signal }) =>
        latestStream(
          () => watches.list(),
          (changed) => watches.onDidChange(changed),
          signal,
        ),
      ),
    }),
  };
}
