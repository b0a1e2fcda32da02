import { z } from 'zod';
import { LabError } from '../../contract/index.ts';
import type { ContainerInfo, ImageInfo, VolumeInfo } from './engine.ts';

const labels = z.record(z.string(), z.string()).nullish();

/** What `image inspect` answers, of both engines. */
export const inspectedImages = z.array(
  z.object({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Size: z.number(),
    Created: z.string(),
    Config: z.object({ Labels: labels }).nullish(),
  }),
);

/** `<none>:<none>` stands for no name. */
export function toImageInfo(image: z.infer<typeof inspectedImages>[number]): ImageInfo {
  return {
    imageId: bareId(image.Id),
    references: (image.RepoTags ?? []).filter((reference) => !reference.startsWith('<none>')),
    labels: image.Config?.Labels ?? {},
    sizeBytes: image.Size,
    createdAtMs: Date.parse(image.Created),
  };
}

/** What `container inspect` answers, of both engines, as far as it is used. */
export const inspectedContainers = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Image: z.string(),
    Config: z.object({ Labels: labels }),
    State: z.object({ Status: z.string(), ExitCode: z.number(), StartedAt: z.string() }),
  }),
);

export function toContainerInfo(container: z.infer<typeof inspectedContainers>[number]): ContainerInfo {
  const state = stateOf(container.State.Status);
  const startedAtMs = Date.parse(container.State.StartedAt);
  return {
    containerId: container.Id,
    name: container.Name.replace(/^\//, ''),
    labels: container.Config.Labels ?? {},
    imageId: bareId(container.Image),
    state,
    exitCode: state === 'stopped' ? container.State.ExitCode : null,
    startedAtMs: startedAtMs > 0 ? startedAtMs : null,
  };
}

/** One state of ours for each word the engines have. A container about to stop is still running. */
export function stateOf(word: string): ContainerInfo['state'] {
  switch (word) {
    case 'created':
    case 'configured':
    case 'initialized':
      return 'created';
    case 'running':
    case 'restarting':
    case 'stopping':
      return 'running';
    case 'paused':
      return 'paused';
    default:
      return 'stopped';
  }
}

/** What `volume inspect` answers, of both engines. */
export const inspectedVolumes = z.array(z.object({ Name: z.string(), Labels: labels }));

export function toVolumeInfo(volume: z.infer<typeof inspectedVolumes>[number]): VolumeInfo {
  return { name: volume.Name, labels: volume.Labels ?? {} };
}

export function bareId(id: string): string {
  return id.replace(/^sha256:/, '');
}

/** Rejects what is no JSON of the shape expected with COMMAND_FAILED: another engine hides behind that name. */
export function parseEngineJson<T>(what: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LabError(
      'COMMAND_FAILED',
      `${what} answered something that is no JSON`,
      { details: { text: text.slice(0, 500) } },
      { cause },
    );
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new LabError('COMMAND_FAILED', `${what} answered in a shape Labdeck does not know`, {
    hint: 'Its version may be too new or too old.',
    details: { at: issue?.path.join('.'), problem: issue?.message },
  });
}
