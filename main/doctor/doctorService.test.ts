import { afterEach, expect, test } from 'vitest';
import { FakeMachine } from '../../test/fakes/fakeMachine.ts';
import { systemClock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import { silentLogger } from '../base/logger.ts';
import { LabError } from '../contract/labError.ts';
import { TasksService } from '../tasks/index.ts';
import type { Check, Found } from './check.ts';
import { DoctorService } from './doctorService.ts';
import { asRoot, makeFix } from './fixes/fix.ts';
import type { Argv } from './machine.ts';

const open: { dispose(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.dispose();
});

/** A fuse that is blown until `mend` ran, and a lamp that is always fine. */
function bench(given: { afterwards?: string; mends?: boolean; uid?: number } = {}) {
  const state = {
    blown: true,
    looks: { fuse: 0, lamp: 0 },
    ran: [] as Argv[],
    hold: null as Promise<void> | null,
  };
  const broken: Found = {
    severity: 'error',
    title: 'The fuse is blown',
    what: 'It is dark.',
    why: 'Light.',
    fix: makeFix('Mend the fuse', [asRoot('mend', 'fuse')], { afterwards: given.afterwards ?? null }),
  };
  const fine: Found = { severity: 'ok', title: 'All fine', what: 'It is.', why: 'Light.' };
  const checks: Check[] = [
    {
      name: 'lamp',
      title: 'The lamp',
      group: 'ports',
      followsPorts: true,
      look: async () => {
        state.looks.lamp += 1;
        return [fine];
      },
    },
    {
      name: 'fuse',
      title: 'The fuse',
      group: 'machine',
      followsPorts: false,
      look: async () => {
        state.looks.fuse += 1;
        return [state.blown ? broken : fine];
      },
    },
  ];
  const ports = new Emitter<void>();
  const tasks = new TasksService(systemClock, silentLogger);
  const doctor = new DoctorService({
    machine: new FakeMachine({ uid: given.uid ?? 0, user: 'root' }),
    checks,
    tasks,
    onDidChangePorts: ports.event,
    clock: systemClock,
    execute: async (argv) => {
      state.ran.push(argv);
      await state.hold;
      if (given.mends !== false) state.blown = false;
      return { stdout: 'mended\n', stderr: '' };
    },
  });
  open.push(doctor);
  return { doctor, tasks, ports, state };
}

test('nothing is looked at before somebody asks, and the worst is told first', async () => {
  const { doctor, state } = bench();
  expect(doctor.report()).toMatchObject({ atMs: null, running: false, findings: [] });
  expect(state.looks.fuse).toBe(0);
  const report = await doctor.run();
  expect(report.running).toBe(false);
  expect(report.atMs).not.toBeNull();
  expect(report.findings.map(({ findingId }) => findingId)).toEqual(['fuse', 'lamp']);
  expect(report.findings[0]?.fix).toMatchObject({
    fixId: 'fuse',
    command: 'mend fuse',
    needsRoot: false,
    runnable: true,
  });
});

test('results are told as they come', async () => {
  const { doctor } = bench();
  const counts: number[] = [];
  open.push(doctor.onDidChange(() => counts.push(doctor.report().findings.length)));
  await doctor.run();
  expect(counts[0]).toBe(0);
  expect(counts).toContain(1);
  expect(counts.at(-1)).toBe(2);
});

test('who asks while it looks gets a look that began after the question', async () => {
  const { doctor, state } = bench();
  await Promise.all([doctor.run(), doctor.run(), doctor.run()]);
  expect(state.looks.fuse).toBe(2);
});

test('a fix runs the command that was consented to, and is verified', async () => {
  const { doctor, tasks, state } = bench();
  await doctor.run();
  const task = doctor.fix('fuse', 'mend fuse');
  const ended = await tasks.ended(task.taskId);
  expect(ended.state).toBe('succeeded');
  expect(state.ran).toEqual([['mend', 'fuse']]);
  expect(doctor.report().findings.map(({ severity }) => severity)).toEqual(['ok', 'ok']);
  const { log } = tasks.get(task.taskId);
  expect(log).toContain('$ mend fuse\nmended\nLooked again: All fine.');
});

test('a fix that changes nothing has failed, though its command did not', async () => {
  const { doctor, tasks } = bench({ mends: false });
  await doctor.run();
  const ended = await tasks.ended(doctor.fix('fuse', 'mend fuse').taskId);
  expect(ended).toMatchObject({
    state: 'failed',
    problem: { code: 'COMMAND_FAILED', message: 'The command ran, and yet: The fuse is blown' },
  });
});

test('what takes effect only afterwards is told, and not taken for a failure', async () => {
  const { doctor, tasks } = bench({ mends: false, afterwards: 'Wait for the morning.' });
  await doctor.run();
  const { taskId } = doctor.fix('fuse', 'mend fuse');
  expect((await tasks.ended(taskId)).state).toBe('succeeded');
  expect(tasks.get(taskId).log).toContain('Wait for the morning.');
});

test('another command than the one shown, and a fix that is not there, run nothing', async () => {
  const { doctor, state } = bench();
  await doctor.run();
  expect(codeOf(() => doctor.fix('fuse', 'mend fuse && reboot'))).toBe('CONFLICT');
  expect(codeOf(() => doctor.fix('lamp', 'mend lamp'))).toBe('NOT_FOUND');
  expect(codeOf(() => doctor.fix('nope', ''))).toBe('NOT_FOUND');
  expect(state.ran).toEqual([]);
});

test('what Labdeck cannot run here is shown and refused', async () => {
  const { doctor, state } = bench({ uid: 1000 });
  const { findings } = await doctor.run();
  expect(findings[0]?.fix).toMatchObject({
    command: 'sudo mend fuse',
    needsRoot: true,
    runnable: false,
    whyNot: expect.stringContaining('terminal'),
  });
  expect(codeOf(() => doctor.fix('fuse', 'sudo mend fuse'))).toBe('UNSUPPORTED');
  expect(state.ran).toEqual([]);
});

test('one fix runs at a time', async () => {
  const { doctor, tasks, state } = bench();
  await doctor.run();
  let release: () => void = () => {};
  state.hold = new Promise((resolve) => {
    release = resolve;
  });
  const { taskId } = doctor.fix('fuse', 'mend fuse');
  expect(codeOf(() => doctor.fix('fuse', 'mend fuse'))).toBe('CONFLICT');
  release();
  await tasks.ended(taskId);
});

test('ports that come and go are looked at again only while somebody follows, and only what concerns them', async () => {
  const { doctor, ports, state } = bench();
  ports.fire();
  await doctor.run();
  ports.fire();
  expect(state.looks).toEqual({ fuse: 1, lamp: 1 });
  const settled = new Promise<void>((resolve) => {
    open.push(
      doctor.onDidChange(() => {
        if (state.looks.lamp === 2 && !doctor.report().running) resolve();
      }),
    );
  });
  ports.fire();
  await settled;
  expect(state.looks).toEqual({ fuse: 1, lamp: 2 });
});

function codeOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof LabError ? error.code : 'not a LabError';
  }
}
