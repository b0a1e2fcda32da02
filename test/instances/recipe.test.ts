import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { hostileBackup } from './hostileBackup.ts';
import { Lab, podman } from './lab.ts';
import { RecipeContainer, type RecipeImage, recipeImageOf } from './recipeRig.ts';

const admin = { username: 'admin', password: 'correct horse' };

let lab: Lab;
let image: RecipeImage;
let home: RecipeContainer;
const made: RecipeContainer[] = [];
beforeAll(async () => {
  lab = await Lab.start();
  await lab.install({ name: 'recipe', include: { worker: true, qemu: true } });
  const filter = `label=io.labdeck.instance=${(await lab.instance('recipe')).key}`;
  image = recipeImageOf(podman('ps', '--filter', filter, '--format', '{{.Names}}')[0] ?? '');
  await lab.do('POST', '/instances/recipe/stop');
  home = new RecipeContainer(image);
  home.start();
  await home.inState('running');
  await home.ask('admin', admin);
});
afterEach(() => {
  for (const container of made.splice(0)) container.remove();
});
afterAll(async () => {
  home?.remove();
  await lab?.removeAll();
  await lab?.stop();
});

function another(): RecipeContainer {
  const container = new RecipeContainer(image);
  made.push(container);
  return container;
}

async function backupOf(container: RecipeContainer): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await container.run(['labctl', 'backup']);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

async function runJob(container: RecipeContainer): Promise<number> {
  const made = await container.lava('jobs/', { definition: job });
  const { job_ids } = (await made.json()) as { job_ids: number[] };
  const id = job_ids[0] ?? 0;
  for (;;) {
    const answer = await container.lava(`jobs/${id}/`);
    const { state, health } = (await answer.json()) as { state: string; health: string };
    if (state === 'Finished') {
      expect(health, await logOf(container, id)).toBe('Complete');
      return id;
    }
  }
}

const logOf = async (container: RecipeContainer, id: number) =>
  (await container.lava(`jobs/${id}/logs/`)).text();

const job = `job_name: a boot of the virtual board
device_type: qemu-uboot
timeouts: {job: {minutes: 3}, action: {minutes: 2}, connection: {minutes: 1}}
visibility: public
priority: medium
actions:
- boot: {method: bootloader, bootloader: u-boot, commands: [], prompts: ['=>'], timeout: {minutes: 2}}
`;

test('the admin is counted as soon as there is one', async () => {
  expect(await home.until(({ holds }) => holds?.users === 1)).toMatchObject({ holds: { users: 1, jobs: 0 } });
});

test('another name, address, worker and size take effect at the next start, and nothing is lost', async () => {
  await home.lava('devicetypes/', { name: 'survivor', aliases: [] });
  const cookie = async () => (await fetch(new URL('accounts/login/', home.url))).headers.get('set-cookie');
  const before = await cookie();
  home.start({ name: 'renamed', url: 'http://127.0.0.1:8123/', worker: false, lean: true });
  const { parts, usage } = await home.inState('running');
  expect(parts.worker.state).toBe('off');
  expect(usage.memoryBytes).toBeLessThan(300e6);
  const page = await (await fetch(home.url)).text();
  expect(page).toContain('renamed');
  expect(await home.names('devicetypes/?limit=500', 'name')).toContain('survivor');
  // The cookie's name is the volume's: a rename logs nobody out.
  expect((await cookie())?.split('=')[0]).toBe(before?.split('=')[0]);
  home.start({ name: 'recipe', worker: true, lean: false });
  expect((await home.inState('running')).parts.worker.state).toBe('ok');
  expect(await home.names('workers/', 'state')).toEqual(['Online']);
});

test('in maintenance only the database runs, a backup can be made, and LAVA is not even loaded', async () => {
  home.start({ start: 'maintenance' });
  const status = await home.until(({ state, holds }) => state === 'maintenance' && holds !== null);
  const states = Object.values(status.parts).map(({ state }) => state);
  expect(states).toEqual(['ok', 'off', 'off', 'off', 'off']);
  expect(status.holds?.users).toBe(1);
  const { stdout } = await home.run(['ps', '-eo', 'args']);
  expect(stdout.toString()).toContain('postgres');
  expect(stdout.toString()).not.toMatch(/zygote|gunicorn|lava-/);
  expect(await home.ask('admin', admin)).toMatchObject({ code: 'CONFLICT' });
  expect((await backupOf(home)).length).toBeGreaterThan(10_000);
  expect(home.stop()).toBe(0);
  home.start();
  await home.inState('running');
  const fresh = another();
  fresh.start({ start: 'maintenance' });
  await expect(fresh.inState('maintenance')).rejects.toThrow('nothing on this volume');
});

test('a job, its results and its log are the same after a backup and a restore, byte by byte', async () => {
  const id = await runJob(home);
  const log = await logOf(home, id);
  expect(log).toContain('U-Boot');
  const backup = await backupOf(home);
  const restored = another();
  restored.start({ start: 'restore' });
  await restored.inState('awaiting-restore');
  const { exitCode, stdout } = await restored.run(['labctl', 'restore'], backup);
  expect(exitCode, stdout.toString()).toBe(0);
  const { holds } = await restored.inState('running');
  expect(holds).toMatchObject({ users: 1, devices: 1 });
  expect(await logOf(restored, id)).toBe(log);
  const results = (container: RecipeContainer) => container.names(`jobs/${id}/tests/`, 'result');
  expect(await results(restored)).toEqual(await results(home));
  expect(await results(restored)).not.toEqual([]);
});

test.each(['absolute', 'parent', 'through-link', 'device', 'huge'] as const)(
  'a backup with a hostile member (%s) is refused, and the next one is taken',
  async (trick) => {
    const backup = await backupOf(home);
    const target = another();
    target.start({ start: 'restore' });
    await target.inState('awaiting-restore');
    const refused = await target.run(['labctl', 'restore'], await hostileBackup(home, backup, trick));
    expect(refused.exitCode).toBe(1);
    const { code } = JSON.parse(refused.stdout.toString());
    expect(code).toBe(trick === 'huge' ? 'DISK_FULL' : 'DAMAGED');
    expect((await target.run(['sh', '-c', 'ls /evil /state/evil /tmp/evil'])).stdout.toString()).toBe('');
    expect(target.status()).toMatchObject({ state: 'awaiting-restore' });
    expect((await target.run(['labctl', 'restore'], backup)).exitCode).toBe(0);
    await target.inState('running');
  },
);

test('killed in the middle of a restore it waits for the backup again, and never passes for whole', async () => {
  const backup = await backupOf(home);
  const target = another();
  for (const moment of ['ls -d /state/spool/restore-*/database.dump', 'pgrep pg_restore']) {
    target.start({ start: 'restore' });
    await target.inState('awaiting-restore');
    const restoring = target.run(['labctl', 'restore'], backup);
    await target.run(['sh', '-c', `until ${moment}; do sleep 0.01; done`]);
    target.kill();
    expect((await restoring).exitCode).not.toBe(0);
  }
  target.start({ start: 'normal' });
  await expect(target.inState('running')).rejects.toThrow('never finished');
  target.start({ start: 'restore' });
  await target.inState('awaiting-restore');
  // Only its caller goes away: it may come again.
  const abandoned = target.run(['labctl', 'restore'], backup);
  await target.run(['sh', '-c', 'until pgrep pg_restore; do sleep 0.01; done']);
  await target.run(['pkill', '-KILL', '-f', 'labctl restore']);
  await abandoned;
  const again = await target.run(['labctl', 'restore'], backup);
  expect(again.exitCode, again.stdout.toString()).toBe(0);
  await target.inState('running');
  expect((await target.run(['ls', '/state/spool'])).stdout.toString()).toBe('');
});

test('killed in the middle of migrating it goes on with it at the next start', async () => {
  const back = ['lava-server', 'manage', 'migrate', 'lava_scheduler_app', '0060'];
  const undone = await home.run(back);
  expect(undone.stdout.toString(), undone.stderr).toContain('Unapplying');
  const applied =
    "select count(*) > 0 from django_migrations where app = 'lava_scheduler_app' and name like '0061%'";
  const query = `psql -At -h /run/postgresql -U postgres lavaserver -c "${applied}"`;
  for (const moment of ['true', `until [ "$(${query})" = t ]; do :; done`]) {
    home.start();
    await home.until(({ state }) => state === 'migrating' || state === 'running');
    await home.run(['sh', '-c', moment]);
    home.kill();
  }
  home.start();
  await home.inState('running');
  const check = await home.run(['lava-server', 'manage', 'migrate', '--check']);
  expect(check.exitCode, check.stderr).toBe(0);
  expect(home.status()?.holds?.users).toBe(1);
});

test('what a part prints is kept, at most twice 5 MiB of it', async () => {
  const flood = 'head -c 13000000 /dev/zero | tr "\\0" "x" | fold -w 99 > /proc/$(pgrep -o lava-worker)/fd/1';
  expect((await home.run(['sh', '-c', flood])).exitCode).toBe(0);
  const sizes = async () =>
    (await home.run(['sh', '-c', 'stat -c %s /state/log/worker.log*'])).stdout
      .toString()
      .trim()
      .split('\n')
      .map(Number);
  const files = await sizes();
  expect(files).toHaveLength(2);
  for (const size of files) expect(size).toBeLessThan(5 * 1024 ** 2 + 70_000);
  expect(home.status()?.parts.worker).toMatchObject({ state: 'ok', restarts: 0 });
  const { text } = await home.ask('logs', { part: 'worker', lines: 50 });
  expect(String(text).split('\n').length).toBeGreaterThan(40);
});

test("the recipe's own tests pass on the Python of the image too", async () => {
  await home.run(['mkdir', '-p', '/tmp/recipe/test', '/tmp/recipe/resources']);
  podman('cp', 'test/recipe', `${home.name}:/tmp/recipe/test/recipe`);
  podman('cp', 'resources/instance', `${home.name}:/tmp/recipe/resources/instance`);
  const argv = ['python3', '-B', '-m', 'unittest', 'discover', '-s', '/tmp/recipe/test/recipe'];
  const { exitCode, stderr } = await home.run(argv);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/Ran [1-9]\d* tests/);
});
