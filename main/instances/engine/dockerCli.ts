import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { CliEngine } from './cliEngine.ts';
import type { BuildSpec, ContainerInfo, EngineEvent, RunOptions } from './engine.ts';
import { deadlines } from './engineCli.ts';
import { bareId, inspectedContainers, toContainerInfo } from './engineJson.ts';
import { nameImage, removeDangling, removeImage } from './images.ts';
import { inspectAll, labelArgs, words } from './objects.ts';

const event = z.object({
  Type: z.literal('container'),
  Action: z.string(),
  Actor: z.object({ Attributes: z.record(z.string(), z.string()) }),
});

const meanings: Readonly<Record<string, EngineEvent['what']>> = {
  start: 'started',
  die: 'died',
  destroy: 'removed',
};

/** Docker, from 20.10 on. */
export class DockerCli extends CliEngine {
  protected readonly events = {
    args: ['events', '--format', '{{json .}}', '--filter', 'type=container'],
    parse: parseDockerEvent,
  };

  /** The daemon gives a build up when its client goes; its cache is the daemon's to keep and to bound. */
  async build(spec: BuildSpec, run: RunOptions = {}): Promise<string> {
    const scratch = await mkdtemp(path.join(tmpdir(), 'labdeck-build-'));
    try {
      const idFile = path.join(scratch, 'id');
      const args = ['build', '--force-rm', '--iidfile', idFile];
      for (const [name, value] of Object.entries(spec.buildArgs))
        args.push('--build-arg', `${name}=${value}`);
      args.push(...labelArgs(spec.labels), '--file', spec.containerfile, spec.contextDir);
      await this.cli.mustTethered(args, { timeoutMs: deadlines.build, ...run });
      const imageId = bareId((await readFile(idFile, 'utf8')).trim());
      if (run.signal?.aborted) {
        await removeImage(this.cli, imageId);
        throw run.signal.reason;
      }
      await nameImage(this.cli, imageId, spec.reference);
      return imageId;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  sweepBuilds(label: string): Promise<void> {
    return removeDangling(this.cli, label);
  }

  /** Its own listing is text for people; details come from a second look. */
  protected async containersBy(filters: readonly string[]): Promise<ContainerInfo[]> {
    const ids = await this.cli.must(['ps', '--all', '--no-trunc', '--quiet', ...filters], {
      timeoutMs: deadlines.list,
    });
    return (await inspectAll(this.cli, 'container', words(ids), inspectedContainers)).map(toContainerInfo);
  }

  protected removeArgs(container: string): readonly string[] {
    return ['rm', '--force', '--volumes', container];
  }
}

/** One line of `docker events --format '{{json .}}'`: the labels are among the attributes, beside name and image. */
export function parseDockerEvent(line: string): EngineEvent | null {
  const read = event.safeParse(safeJson(line));
  const what = read.success ? meanings[read.data.Action] : undefined;
  if (!read.success || what === undefined) return null;
  const { name = '', ...labels } = read.data.Actor.Attributes;
  return { containerName: name, labels, what };
}

function safeJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
