import { randomBytes } from 'node:crypto';
import { fail, type InstancePart } from '../contract/index.ts';
import { keepCredentials, newPassword, readCredentials } from './credentials.ts';
import type { ContainerEngine, ExecOutcome } from './engine/engine.ts';
import type { InstanceControl } from './instanceControl.ts';
import type { InstanceRecord } from './instanceRecord.ts';
import { urlOf } from './instanceView.ts';
import { generationName } from './names.ts';
import type { WorkDeps } from './work/workDeps.ts';

export interface Login {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Ways into an instance: who may log in, its programs, its logs. All reject with LabError NOT_FOUND, and with CONFLICT
 * where it must run and does not.
 */
export class InstanceAccess {
  readonly #deps: WorkDeps;

  constructor(deps: WorkDeps) {
    this.#deps = deps;
  }

  /** Rejects with CONFLICT where nobody told Labdeck the password, such as after restoring another's backup. */
  async credentials(name: string): Promise<Login> {
    const record = this.#deps.store.require(name);
    const known =
      (await readCredentials(this.#deps.secrets, record.key)) ??
      fail('CONFLICT', `The password of ${name} is not known here`, 'Set a new one.');
    return { url: urlOf(record.port), ...known };
  }

  /** Made here unless given. */
  async newPassword(name: string, given: string | undefined): Promise<Login> {
    const { record, control } = await this.#running(name);
    const known = await readCredentials(this.#deps.secrets, record.key);
    const login = { username: known?.username ?? record.adminName, password: given ?? newPassword() };
    await control.setAdmin(login.username, login.password);
    await keepCredentials(this.#deps.secrets, record.key, login);
    return { url: urlOf(record.port), ...login };
  }

  /** An address that logs a browser in as its admin, once, for a minute. */
  async login(name: string): Promise<string> {
    const { record, control } = await this.#running(name);
    const known = await readCredentials(this.#deps.secrets, record.key).catch(() => null);
    return new URL(await control.login(known?.username ?? record.adminName), urlOf(record.port)).href;
  }

  /** Runs a program as root of its container. A program's own exit code is an outcome. */
  async exec(
    name: string,
    argv: readonly string[],
    options: { stdin: string; timeoutMs: number; signal?: AbortSignal },
  ): Promise<ExecOutcome> {
    const { engine, container } = await this.#running(name);
    return engine.exec(container, argv, options);
  }

  /** The last lines of a part's log, or of what the container itself printed, which also a stopped one has. */
  async logs(name: string, part: InstancePart | 'container', lines: number): Promise<string> {
    if (part !== 'container') return (await this.#running(name)).control.logs(part, lines);
    const record = this.#deps.store.require(name);
    const engine = await this.#deps.engines.get();
    const container = generationName({ key: record.key, number: record.generation });
    if (!(await engine.findContainer(container))) return '';
    return engine.logs(container, lines);
  }

  async restartPart(name: string, part: InstancePart): Promise<void> {
    const { record, control } = await this.#running(name);
    this.#deps.observer.expectRestart(record.key, part);
    await control.restart(part);
  }

  /** What a shell in it needs. */
  async shellPlace(name: string): Promise<{ engine: ContainerEngine; container: string; shellId: string }> {
    const { engine, container } = await this.#running(name);
    return { engine, container, shellId: randomBytes(8).toString('hex') };
  }

  async #running(name: string): Promise<{
    record: InstanceRecord;
    engine: ContainerEngine;
    container: string;
    control: InstanceControl;
  }> {
    const record = this.#deps.store.require(name);
    const engine = await this.#deps.engines.get();
    const generation = { key: record.key, number: record.generation };
    const container = generationName(generation);
    if ((await engine.findContainer(container))?.state !== 'running')
      fail('CONFLICT', `${name} does not run`, 'Start it first.');
    return { record, engine, container, control: await this.#deps.generations.control(generation) };
  }
}
