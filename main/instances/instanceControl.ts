import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import { type InstancePart, LabError, type LabErrorCode, labErrorStatus } from '../contract/index.ts';
import type { ContainerEngine, StreamInput } from './engine/engine.ts';

const refusal = z.object({ code: z.string(), message: z.string(), hint: z.string().default('') });

/** How long a request to a running instance may take. */
const requestMs = 60_000;

/**
 * Asks the control program inside an instance. What it needs goes in as JSON on its standard input, so no secret is
 * ever in a process list. Rejects with the LabError the instance answers with, or the engine's.
 */
export class InstanceControl {
  readonly #engine: ContainerEngine;
  readonly #container: string;

  constructor(engine: ContainerEngine, container: string) {
    this.#engine = engine;
    this.#container = container;
  }

  /** Creates the user or sets its password; it may do everything. */
  async setAdmin(username: string, password: string, signal?: AbortSignal): Promise<void> {
    await this.#ask('admin', { username, password }, z.object({ created: z.boolean() }), signal);
  }

  /** A path that logs a browser in, once. */
  async login(username: string): Promise<string> {
    return (await this.#ask('login', { username }, z.object({ path: z.string().startsWith('/') }))).path;
  }

  async logs(part: InstancePart, lines: number): Promise<string> {
    return (await this.#ask('logs', { part, lines }, z.object({ text: z.string() }))).text;
  }

  async restart(part: InstancePart): Promise<void> {
    await this.#ask('restart', { part }, z.object({}));
  }

  /** Writes a whole backup, a tar, to `stdout`. */
  backup(stdout: Writable, signal?: AbortSignal): Promise<void> {
    return this.#stream('backup', ['labctl', 'backup'], { stdout, ...(signal ? { signal } : {}) });
  }

  /** Takes a whole backup from `stdin`; only while it waits for one. */
  restore(stdin: Readable, signal?: AbortSignal): Promise<void> {
    // Its answer goes to where a failure is kept.
    const argv = ['sh', '-c', 'exec labctl restore >&2'];
    return this.#stream('restore', argv, { stdin, ...(signal ? { signal } : {}) });
  }

  async #stream(verb: string, argv: readonly string[], input: StreamInput): Promise<void> {
    try {
      await this.#engine.stream(this.#container, argv, input);
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'COMMAND_FAILED') throw error;
      const stderr = String(error.data.details?.stderr ?? '');
      const last = stderr.trimEnd().split('\n').at(-1) ?? '';
      throw toLabError(verb, parseJson(last), Number(error.data.details?.exitCode ?? 1), stderr);
    }
  }

  async #ask<T>(verb: string, input: object, answer: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
    const { exitCode, stdout, stderr } = await this.#engine.exec(this.#container, ['labctl', verb], {
      stdin: JSON.stringify(input),
      timeoutMs: requestMs,
      ...(signal ? { signal } : {}),
    });
    const said = parseJson(stdout);
    if (exitCode !== 0) throw toLabError(verb, said, exitCode, stderr);
    const read = answer.safeParse(said);
    if (read.success) return read.data;
    throw new LabError('COMMAND_FAILED', `The instance gave an answer to ${verb} that makes no sense`, {
      hint: 'Its image may be of another Labdeck: upgrade it.',
      details: { stdout: stdout.slice(0, 2000) },
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function toLabError(verb: string, said: unknown, exitCode: number, stderr: string): LabError {
  const { success, data } = refusal.safeParse(said);
  const details = { verb, exitCode, stderr: stderr.slice(-2000) };
  if (!success)
    return new LabError('COMMAND_FAILED', `The instance could not do "${verb}" (exit code ${exitCode})`, {
      hint: 'Its log says more.',
      details,
    });
  return new LabError(isCode(data.code) ? data.code : 'COMMAND_FAILED', data.message, {
    hint: data.hint,
    details,
  });
}

function isCode(code: string): code is LabErrorCode {
  return code in labErrorStatus;
}
