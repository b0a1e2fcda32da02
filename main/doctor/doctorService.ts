import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/emitter.ts';
import type { DoctorReport, Task } from '../contract/index.ts';
import { fail, LabError } from '../contract/labError.ts';
import type { TaskHandle, TaskPlan } from '../tasks/index.ts';
import { applyFix, type Execute } from './applyFix.ts';
import type { Check } from './check.ts';
import { commandText, type Fix, showFix } from './fixes/fix.ts';
import type { Machine } from './machine.ts';
import { findPrivilege, type Privilege } from './privilege.ts';
import { type Examined, runCheck, worstFirst } from './runChecks.ts';

export interface DoctorDeps {
  readonly machine: Machine;
  readonly checks: readonly Check[];
  readonly tasks: { run(plan: TaskPlan, work: (task: TaskHandle) => Promise<void>): Task };
  /** Serial ports or hubs came or went. */
  readonly onDidChangePorts: Event<void>;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** For tests: in place of programs. */
  readonly execute?: Execute;
}

/**
 * Looks at this machine when asked, and carries out one fix at a time when it is consented to. Between that it does
 * nothing; while somebody follows the report, what has to do with ports is looked at again when they come or go.
 */
export class DoctorService implements Disposable {
  readonly #deps: DoctorDeps;
  readonly #changed = new Emitter<void>();
  readonly onDidChange: Event<void> = this.#changed.event;
  readonly #heard: Disposable;
  readonly #closing = new AbortController();
  /** By the check's name. */
  readonly #found = new Map<string, readonly Examined[]>();
  #privilege: Privilege = { kind: 'none', whyNot: 'Not looked yet.' };
  #revision = 0;
  #atMs: number | null = null;
  #looks = 0;
  #looking: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #fixing: string | null = null;

  constructor(deps: DoctorDeps) {
    this.#deps = deps;
    this.#heard = deps.onDidChangePorts(() => {
      if (this.#changed.listenerCount > 0 && this.#atMs !== null)
        void this.#look(deps.checks.filter((check) => check.followsPorts));
    });
  }

  report(): DoctorReport {
    const { machine } = this.#deps;
    const whyNot = this.#privilege.kind === 'none' ? this.#privilege.whyNot : null;
    return {
      revision: this.#revision,
      atMs: this.#atMs,
      running: this.#looks > 0,
      findings: this.#all()
        .sort(worstFirst)
        .map((found) => ({
          ...found,
          fix: found.fix && showFix(found.findingId, found.fix, machine.who, whyNot),
        })),
    };
  }

  /** Looks at everything; resolves when all have answered or their time is up. Never rejects. */
  async run(): Promise<DoctorReport> {
    await this.#runAll();
    return this.report();
  }

  /**
   * Runs a fix as a task whose last step looks again. Throws LabError NOT_FOUND (there is no such fix now), CONFLICT
   * (`command` is not what would run, or another fix is under way), UNSUPPORTED (it is for the user to type).
   */
  fix(fixId: string, command: string): Task {
    const { machine, checks, tasks } = this.#deps;
    const found = this.#all().find(({ findingId }) => findingId === fixId);
    const check = checks.find(({ name }) =>
      this.#found.get(name)?.some(({ findingId }) => findingId === fixId),
    );
    const fix = found?.fix;
    if (!check || !fix)
      return fail('NOT_FOUND', 'There is nothing to fix there now', 'Have the doctor look again.');
    const text = commandText(fix.commands, machine.who);
    if (text !== command)
      fail(
        'CONFLICT',
        'The command has changed since it was shown',
        'Read what it is now, and decide again.',
      );
    const shown = showFix(
      fixId,
      fix,
      machine.who,
      this.#privilege.kind === 'none' ? this.#privilege.whyNot : null,
    );
    if (!shown.runnable) fail('UNSUPPORTED', shown.whyNot ?? 'It cannot be run here', 'Copy the command.');
    if (this.#fixing !== null)
      fail('CONFLICT', `Another fix is under way: ${this.#fixing}`, 'Wait until it has ended.');
    this.#fixing = fix.title;
    try {
      return tasks.run(
        { kind: 'doctor-fix', title: fix.title, subject: null, steps: ['Run the command', 'Look again'] },
        (task) =>
          this.#carryOut(task, check, fixId, fix).finally(() => {
            this.#fixing = null;
          }),
      );
    } catch (error) {
      this.#fixing = null;
      throw error;
    }
  }

  dispose(): void {
    this.#closing.abort();
    this.#heard.dispose();
    this.#changed.dispose();
  }

  async #carryOut(task: TaskHandle, check: Check, fixId: string, fix: Fix): Promise<void> {
    const { machine, execute } = this.#deps;
    task.step('Run the command');
    await applyFix(fix, {
      who: machine.who,
      privilege: this.#privilege,
      env: machine.env,
      signal: task.signal,
      log: (text) => task.log(text),
      ...(execute ? { execute } : {}),
    });
    task.step('Look again');
    await this.#look([check]);
    task.signal.throwIfAborted();
    const command = commandText(fix.commands, machine.who);
    const now = this.#all().find(({ findingId }) => findingId === fixId);
    const stands = now?.fix && commandText(now.fix.commands, machine.who) === command;
    if (fix.afterwards !== null) task.log(fix.afterwards);
    else if (stands)
      throw new LabError('COMMAND_FAILED', `The command ran, and yet: ${now.title}`, {
        hint: now.what,
      });
    task.log(now ? `Looked again: ${now.title}. ${now.what}` : 'Looked again: all is well.');
    // What was mended may have been in the way of other checks.
    void this.#runAll();
  }

  #all(): Examined[] {
    return [...this.#found.values()].flat();
  }

  /** All who ask while a look is under way share the next one: this one may have passed what changed since. */
  #runAll(): Promise<void> {
    if (this.#looking) {
      this.#next ??= this.#looking.then(() => {
        this.#next = null;
        return this.#runAll();
      });
      return this.#next;
    }
    this.#looking = this.#look(this.#deps.checks).finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(checks: readonly Check[]): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#looks += 1;
    this.#tell();
    const { machine, clock } = this.#deps;
    const isWhole = checks.length === this.#deps.checks.length;
    // Not at every port that comes: sudo keeps a record of who asks.
    if (isWhole) this.#privilege = await findPrivilege(machine, this.#closing.signal);
    await Promise.all(
      checks.map(async (check) => {
        const found = await runCheck(check, this.#closing.signal);
        if (this.#closing.signal.aborted) return;
        this.#found.set(check.name, found);
        this.#tell();
      }),
    );
    this.#looks -= 1;
    if (isWhole) this.#atMs = clock.nowMs();
    this.#tell();
  }

  #tell(): void {
    this.#revision += 1;
    this.#changed.fire();
  }
}
