import { z } from 'zod';
import { CliEngine, type CliEngineOptions } from './cliEngine.ts';
import type { BuildSpec, ContainerInfo, EngineEvent, RunOptions } from './engine.ts';
import { deadlines } from './engineCli.ts';
import { parseEngineJson, stateOf } from './engineJson.ts';
import { PodmanBuilder } from './podmanBuild.ts';

const rows = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()).min(1),
    ImageID: z.string(),
    Labels: z.record(z.string(), z.string()).nullish(),
    State: z.string(),
    ExitCode: z.number(),
    /** Seconds since the epoch; far below zero when it never started. */
    StartedAt: z.number(),
  }),
);

const event = z.object({
  Name: z.string(),
  Status: z.string(),
  Type: z.literal('container'),
  Attributes: z.record(z.string(), z.string()).nullish(),
});

const meanings: Readonly<Record<string, EngineEvent['what']>> = {
  start: 'started',
  died: 'died',
  remove: 'removed',
};

/** Podman, from 4.0 on. */
export class PodmanCli extends CliEngine {
  readonly #builder: PodmanBuilder;
  protected readonly events = {
    args: ['events', '--format', 'json', '--filter', 'type=container'],
    parse: parsePodmanEvent,
  };

  constructor(options: CliEngineOptions) {
    super(options);
    this.#builder = new PodmanBuilder(this.cli, options.quirks.ulimits);
  }

  build(spec: BuildSpec, run: RunOptions = {}): Promise<string> {
    return this.#builder.build(spec, run);
  }

  sweepBuilds(label: string): Promise<void> {
    return this.#builder.sweepAll(label);
  }

  protected async containersBy(filters: readonly string[]): Promise<ContainerInfo[]> {
    const printed = await this.cli.must(['ps', '--all', '--no-trunc', ...filters, '--format', 'json'], {
      timeoutMs: deadlines.list,
    });
    return parseEngineJson('podman ps', printed, rows).map(toContainerInfo);
  }

  /** It waits ten seconds for the container to end by itself where it is not told otherwise. */
  protected removeArgs(container: string): readonly string[] {
    return ['rm', '--force', '--ignore', '--volumes', '--time', '0', container];
  }
}

function toContainerInfo(row: z.infer<typeof rows>[number]): ContainerInfo {
  const state = stateOf(row.State);
  return {
    containerId: row.Id,
    name: row.Names[0] ?? '',
    labels: row.Labels ?? {},
    imageId: row.ImageID,
    state,
    exitCode: state === 'stopped' ? row.ExitCode : null,
    startedAtMs: row.StartedAt > 0 ? row.StartedAt * 1000 : null,
  };
}

/** One line of `podman events --format json`. */
export function parsePodmanEvent(line: string): EngineEvent | null {
  const read = event.safeParse(safeJson(line));
  const what = read.success ? meanings[read.data.Status] : undefined;
  return read.success && what !== undefined
    ? { containerName: read.data.Name, labels: read.data.Attributes ?? {}, what }
    : null;
}

function safeJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
