import { LabError } from '../../contract/index.ts';
import type { ContainerSpec, RunOptions } from './engine.ts';
import { deadlines, type EngineCli } from './engineCli.ts';
import { labelArgs, words } from './objects.ts';

/** What the engine of this machine wants beside what the container is. */
export interface CreateQuirks {
  readonly ulimits: readonly string[];
  readonly canLimitMemory: boolean;
  /** SELinux keeps what is in a container from connecting to sockets of programs outside. */
  readonly labelsOff: boolean;
  /** Bounds what the container prints to about 1 MiB on disk. */
  readonly log: readonly string[];
}

/** The whole command after the engine's name. BAD_REQUEST for a folder that cannot be said on a command line. */
export function createArgs(spec: ContainerSpec, quirks: CreateQuirks): string[] {
  const args = [
    'create',
    '--name',
    spec.name,
    '--hostname',
    spec.hostname,
    '--pull',
    'never',
    '--restart',
    'no',
  ];
  args.push(...labelArgs(spec.labels), ...quirks.ulimits, ...quirks.log, '--stop-timeout', '10');
  args.push('--security-opt', 'no-new-privileges', '--cap-drop', 'all');
  for (const capability of spec.capabilities) args.push('--cap-add', capability);
  if (quirks.labelsOff && spec.binds.length > 0) args.push('--security-opt', 'label=disable');
  if (spec.memoryLimitBytes !== null && quirks.canLimitMemory)
    args.push('--memory', `${spec.memoryLimitBytes}b`);
  if (spec.network === 'none') args.push('--network', 'none');
  for (const { host, container } of spec.ports) args.push('--publish', `127.0.0.1:${host}:${container}`);
  for (const { volume, target } of spec.volumes) args.push('--volume', `${volume}:${target}`);
  for (const { source, target, readOnly } of spec.binds) {
    if (/[:\n]/.test(source))
      throw new LabError('BAD_REQUEST', `${source} cannot be handed into a container`, {
        hint: 'Its path must be without a colon.',
      });
    args.push('--volume', `${source}:${target}${readOnly ? ':ro' : ''}`);
  }
  return [...args, spec.image, ...(spec.argv ?? [])];
}

/** Resolves with the container id. */
export async function createContainer(
  cli: EngineCli,
  spec: ContainerSpec,
  quirks: CreateQuirks,
  run: RunOptions,
): Promise<string> {
  const printed = await cli.must(createArgs(spec, quirks), { timeoutMs: deadlines.start, ...run });
  const id = words(printed).at(-1);
  if (id !== undefined) return id;
  throw new LabError('COMMAND_FAILED', `${cli.kind} made ${spec.name}, but did not say its id`);
}

export async function startContainer(cli: EngineCli, container: string, run: RunOptions): Promise<void> {
  await cli.must(['start', container], { timeoutMs: deadlines.start, ...run });
}

export async function stopContainer(
  cli: EngineCli,
  container: string,
  graceMs: number,
  run: RunOptions,
): Promise<void> {
  const seconds = Math.ceil(graceMs / 1000);
  await cli.must(['stop', '-t', `${seconds}`, container], { timeoutMs: graceMs + deadlines.list, ...run });
}

/** What it printed on both of its streams, as it comes: most of what is worth reading is on the second. */
export async function containerLogs(cli: EngineCli, container: string, lines: number): Promise<string> {
  const printed: string[] = [];
  await cli.must(['logs', '--tail', `${lines}`, container], {
    timeoutMs: deadlines.list,
    onLine: (line) => printed.push(`${line}\n`),
  });
  return printed.join('');
}

/** Harmless when it is gone already. */
export async function removeContainer(cli: EngineCli, args: readonly string[]): Promise<void> {
  await cli.must(args, { timeoutMs: deadlines.remove }).catch((error: unknown) => {
    if (!(error instanceof LabError) || error.code !== 'NOT_FOUND') throw error;
  });
}
