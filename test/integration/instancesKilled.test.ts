import { expect, test } from 'vitest';
import type { Task } from '../../main/contract/index.ts';
import { lavaRelease } from '../fakes/engine/lavaModel.ts';
import { InstancesBench, type Lab } from '../fakes/instances/instancesBench.ts';

// Labdeck is killed at every point where it is about to do something beyond itself: ask the engine, write a file. What
// the next one finds must come to the same good end from each of them.

const forky = JSON.stringify({ kind: 'package', suite: 'forky' });
const newer = lavaRelease('2026.12', 62);
/** Runs at once: most of each is waiting. */
const width = 6;

interface Scene {
  /** Makes what there is before. */
  readonly before: (lab: Lab, bench: InstancesBench) => Promise<void>;
  /** Begins what is cut short. */
  readonly act: (lab: Lab, bench: InstancesBench) => Promise<Task | { taskId: string }> | Task;
  /** Asserts what must be true once the next Labdeck has looked after it. */
  readonly after: (lab: Lab, bench: InstancesBench) => Promise<void> | void;
}

/** One run of the scene, killed before the deed of that number; resolves with how many deeds there were. */
async function play(scene: Scene, killAt: number): Promise<number> {
  const bench = new InstancesBench();
  try {
    let deeds = -1;
    let what = '';
    const lab: Lab = await bench.start({
      onDeed: (deed, when) => {
        if (deeds < 0 || when === 'after') return;
        if (deeds === killAt) {
          what = deed;
          lab.kill();
        }
        deeds += 1;
      },
    });
    await scene.before(lab, bench);
    deeds = 0;
    const begun = Promise.resolve(scene.act(lab, bench)).then((task) => lab.ended(task.taskId));
    await Promise.race([
      begun,
      expect.poll(() => lab.life.isOver, { timeout: 20_000, interval: 5 }).toBe(true),
    ]);
    lab.kill();
    const next = await bench.start();
    try {
      await expect
        .poll(() => next.tasks.list().filter(({ endedAtMs }) => endedAtMs === null), { timeout: 20_000 })
        .toEqual([]);
      await expect
        .poll(
          async () => {
            await scene.after(next, bench);
            return next.tasks.list().every(({ endedAtMs }) => endedAtMs !== null);
          },
          { timeout: 5000, interval: 50 },
        )
        .toBe(true);
    } catch (error) {
      const problems = next.tasks
        .list()
        .map(({ title, state, problem }) => `${title} ${state} ${problem?.message}`);
      const log = [...problems, ...next.log.slice(-10)].join('\n');
      throw new Error(`killed before deed ${killAt} (${what}):\n${log}\n${bench.left().join('\n')}`, {
        cause: error,
      });
    }
    return deeds;
  } finally {
    await bench.dispose();
  }
}

async function playAll(scene: Scene): Promise<void> {
  const count = await play(scene, Number.POSITIVE_INFINITY);
  expect(count).toBeGreaterThan(2);
  const numbers = Array.from({ length: count }, (_, at) => at);
  const failed: unknown[] = [];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let at = numbers.shift(); at !== undefined; at = numbers.shift())
        await play(scene, at).catch((error: unknown) => failed.push(error));
    }),
  );
  if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join('\n\n'));
}

const names = (lab: Lab) => lab.domain.instances.list().map(({ name, state }) => `${name} ${state}`);
const kinds = (bench: InstancesBench) =>
  bench
    .left()
    .map((what) => what.split(' ')[0])
    .sort();
/** Of so many instances all that should be there, and nothing else. */
const whole = (count: number) =>
  ['container', 'folder', 'record', 'secret', 'volume'].flatMap((kind) => Array(count).fill(kind));

async function installed(lab: Lab, bench: InstancesBench): Promise<void> {
  await lab.install('home');
  bench.addJob('home');
}

test('an installation: it is there or was never asked for', async () => {
  await playAll({
    before: async () => {},
    act: (lab) => lab.add('home'),
    after: (lab, bench) => {
      if (bench.records().length === 0) {
        // Killed before it was on record; a password nobody ever saw may stay.
        expect(kinds(bench).filter((kind) => kind !== 'secret')).toEqual([]);
        return;
      }
      expect(names(lab)).toEqual(['home running']);
      expect(kinds(bench)).toEqual(whole(1));
      expect(bench.data('home').users).toHaveLength(1);
      expect(lab.tasks.list().at(-1)?.state).toBe('succeeded');
    },
  });
});

test('an upgrade: it is as before, or done', async () => {
  await playAll({
    before: installed,
    act: (lab, bench) => {
      bench.releases.set(forky, newer);
      return lab.domain.actions.upgrade('home');
    },
    after: (lab, bench) => {
      expect(names(lab)).toEqual(['home running']);
      expect(kinds(bench)).toEqual(whole(1));
      expect(bench.data('home').jobs).toHaveLength(1);
      const { image, generation } = bench.record('home');
      expect(bench.data('home').lavaVersion).toBe(image?.version);
      const task = lab.tasks.list().find(({ kind }) => kind === 'upgrade-instance');
      // Killed before the journal knew of it: nobody has heard of it then.
      if (task) expect([task.state, generation]).toEqual(generation === 1 ? ['failed', 1] : ['succeeded', 2]);
    },
  });
});

test('an upgrade of one that stands still, and should not be started: it stands still', async () => {
  await playAll({
    before: async (lab, bench) => {
      await installed(lab, bench);
      await lab.succeeded(lab.domain.actions.stop('home'));
    },
    act: (lab, bench) => {
      bench.releases.set(forky, newer);
      return lab.domain.actions.upgrade('home');
    },
    after: (lab, bench) => {
      expect(names(lab)).toEqual(['home stopped']);
      expect(lasting(bench)).toEqual(['folder', 'record', 'secret', 'volume']);
      expect(bench.data('home').jobs).toHaveLength(1);
    },
  });
});

test('an upgrade of one without autostart that ran: it runs', async () => {
  await playAll({
    before: async (lab, bench) => {
      await lab.install({ name: 'home', autostart: false });
      bench.addJob('home');
    },
    act: (lab, bench) => {
      bench.releases.set(forky, newer);
      return lab.domain.actions.upgrade('home');
    },
    after: (lab, bench) => {
      expect(names(lab)).toEqual(['home running']);
      expect(kinds(bench)).toEqual(whole(1));
    },
  });
});

test('a restore: it has what it held, or what was restored', async () => {
  await playAll({
    before: async (lab, bench) => {
      await installed(lab, bench);
      await lab.succeeded(lab.domain.actions.backup('home'));
      bench.addJob('home');
    },
    act: async (lab) => {
      const [backup] = lab.domain.backups.list();
      return lab.domain.requests.restore('home', { backupId: backup?.backupId ?? '' }, undefined);
    },
    after: (lab, bench) => {
      expect(names(lab)).toEqual(['home running']);
      expect(kinds(bench)).toEqual(whole(1));
      expect(bench.data('home').jobs).toHaveLength(bench.record('home').generation === 1 ? 2 : 1);
    },
  });
});

test('a clone of one that stands still: it is there or not, and the other stands still', async () => {
  await playAll({
    before: async (lab, bench) => {
      await installed(lab, bench);
      await lab.succeeded(lab.domain.actions.stop('home'));
    },
    act: (lab) => lab.domain.requests.clone('home', 'twin' as never, true),
    after: (lab, bench) => {
      const there = names(lab);
      expect(there[0]).toBe('home stopped');
      if (there.length === 1) {
        expect(kinds(bench)).toEqual(whole(1));
        return;
      }
      expect(there[1]).toBe('twin running');
      expect(bench.data('twin').jobs).toHaveLength(1);
      expect(kinds(bench)).toEqual(whole(2));
    },
  });
});

test('a removal: nothing of it is left, or it was never begun', async () => {
  await playAll({
    before: installed,
    act: (lab) => lab.domain.actions.remove('home', 'home'),
    after: (lab, bench) => {
      if (names(lab)[0] === 'home running') {
        expect(kinds(bench)).toEqual(whole(1));
        return;
      }
      expect(bench.left()).toEqual([]);
      expect(lab.tasks.list().find(({ kind }) => kind === 'remove-instance')?.state ?? 'succeeded').toBe(
        'succeeded',
      );
    },
  });
});

test('a backup of one that stands still: it stands still, and what is listed is whole', async () => {
  await playAll({
    before: async (lab, bench) => {
      await installed(lab, bench);
      await lab.succeeded(lab.domain.actions.stop('home'));
    },
    act: (lab) => lab.domain.actions.backup('home'),
    after: async (lab, bench) => {
      expect(names(lab)).toEqual(['home stopped']);
      expect(lasting(bench)).toEqual(['folder', 'record', 'secret', 'volume']);
      for (const { file } of lab.domain.backups.list()) await lab.domain.backups.check(file);
    },
  });
});

test('a look at a backup: nothing stays of the scratch instance', async () => {
  await playAll({
    before: async (lab, bench) => {
      await installed(lab, bench);
      await lab.succeeded(lab.domain.actions.backup('home'));
    },
    act: (lab) => lab.domain.actions.verify(lab.domain.backups.list()[0]?.backupId ?? ''),
    after: (lab, bench) => {
      expect(names(lab)).toEqual(['home running']);
      expect(kinds(bench)).toEqual(whole(1));
    },
  });
});

test.each(['stop', 'start', 'restart'] as const)('a %s: it comes to what was wanted', async (verb) => {
  await playAll({
    before: async (lab, bench) => {
      await installed(lab, bench);
      if (verb === 'start') await lab.succeeded(lab.domain.actions.stop('home'));
    },
    act: (lab) => lab.domain.actions[verb]('home'),
    after: (lab, bench) => {
      const { wanted } = bench.record('home');
      if (verb === 'restart') expect(wanted).toBe('running');
      if (wanted === 'running') expect(names(lab)).toEqual(['home running']);
      expect(kinds(bench)).toEqual(whole(1));
    },
  });
});

/** What one that stands still must have: its container is made anew at the next start. */
function lasting(bench: Parameters<typeof kinds>[0]): (string | undefined)[] {
  return kinds(bench).filter((kind) => kind !== 'container');
}
