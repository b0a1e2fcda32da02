import { hasLabel } from '../../../main/instances/engine/eventWatcher.ts';
import { Complaint, says } from './complaint.ts';
import type { EngineModel, ModelContainer, ModelImage } from './engineModel.ts';
import { pairs, type ReadArgs, readArgs } from './podmanArgs.ts';
import type { Call } from './podmanVerbs.ts';

/** What `podman info` says of the machine; changed by tests of what is made of it. */
export function podmanInfoJson(model: EngineModel): object {
  return {
    host: {
      cgroupVersion: 'v2',
      cgroupControllers: ['cpu', 'memory', 'pids'],
      networkBackend: 'netavark',
      ociRuntime: { name: 'crun' },
      slirp4netns: { executable: '/usr/bin/slirp4netns' },
      idMappings: { uidmap: [{ size: 1 }, { size: 65_536 }] },
      security: { rootless: true, selinuxEnabled: false },
    },
    store: { graphDriverName: 'overlay', graphRoot: model.storageDir },
    version: { Version: '4.9.3' },
  };
}

export function dockerInfoJson(): object {
  return {
    ServerVersion: '28.2.2',
    DockerRootDir: '/var/lib/docker',
    CgroupVersion: '2',
    MemoryLimit: true,
    DefaultRuntime: 'runc',
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
    Driver: 'overlay2',
  };
}

export async function imageVerb(model: EngineModel, call: Call): Promise<number> {
  const [verb, ...args] = call.args;
  if (verb === 'inspect')
    return inspect(call, args, 'image', (name) => {
      const image = model.findImage(name);
      return image ? imageJson(image) : null;
    });
  const read = readArgs(args);
  const filters = pairs(read.all('--filter'));
  const dangling = filters.dangling === 'true';
  const images = [...model.images.values()].filter(
    ({ labels, references }) =>
      (filters.label === undefined || hasLabel(labels, filters.label)) &&
      (!dangling || references.size === 0),
  );
  if (read.has('--quiet')) await call.out(images.map(({ id }) => `sha256:${id}\n`).join(''));
  else {
    const wanted = (filters.reference ?? '').replaceAll('*', '');
    const names = images.flatMap(({ references }) => [...references]).filter((name) => name.includes(wanted));
    await call.out(names.map((name) => `${name}\n`).join(''));
  }
  return 0;
}

export async function volumeVerb(model: EngineModel, call: Call): Promise<number> {
  const [verb, ...args] = call.args;
  const { all, rest } = readArgs(args);
  const label = pairs(all('--filter')).label ?? '';
  const [name = ''] = rest;
  switch (verb) {
    case 'ls': {
      const found = [...model.volumes.values()].filter(({ labels }) => hasLabel(labels, label));
      await call.out(found.map((volume) => `${volume.name}\n`).join(''));
      return 0;
    }
    case 'inspect':
      return inspect(call, args, 'volume', (wanted) => {
        const volume = model.volumes.get(wanted);
        return volume ? { Name: volume.name, Labels: volume.labels } : null;
      });
    case 'create':
      if (call.kind === 'podman' || !model.volumes.has(name)) model.createVolume(name, pairs(all('--label')));
      return 0;
    default:
      model.removeVolume(name);
      return 0;
  }
}

export async function containerInspect(model: EngineModel, call: Call): Promise<number> {
  const { one, rest } = readArgs(call.args.slice(1));
  if (one('--format') === '{{.Image}}') {
    for (const name of rest) await call.out(`sha256:${model.getContainer(name).image.id}\n`);
    return 0;
  }
  return inspect(call, rest, 'container', (name) => {
    const container = model.findContainer(name);
    return container ? containerJson(container) : null;
  });
}

export async function ps(model: EngineModel, call: Call): Promise<number> {
  const read = readArgs(call.args);
  const found = [...model.containers.values()].filter((container) => matches(container, read));
  if (read.has('--quiet')) await call.out(found.map(({ id }) => `${id}\n`).join(''));
  else {
    const rows: object[] = found.map(rowJson);
    if (read.has('--external'))
      for (const [id, name] of model.working) rows.push({ Id: id, Names: [name], State: 'storage' });
    await call.out(JSON.stringify(rows));
  }
  return 0;
}

function matches({ spec, image }: ModelContainer, read: ReadArgs): boolean {
  const { name, label, ancestor } = pairs(read.all('--filter'));
  if (name !== undefined && !new RegExp(name).test(spec.name)) return false;
  if (ancestor !== undefined && image.id !== ancestor) return false;
  return label === undefined || hasLabel(spec.labels, label);
}

/** What is found is printed even where something is missing; then it fails. */
async function inspect(
  call: Call,
  names: readonly string[],
  kind: 'image' | 'volume' | 'container',
  find: (name: string) => object | null,
): Promise<number> {
  const found = names.map((name) => find(name));
  await call.out(`${JSON.stringify(found.filter((entry) => entry !== null))}\n`);
  const missing = names[found.indexOf(null)];
  if (missing === undefined) return 0;
  const words = { image: says.noImage, volume: says.noVolume, container: says.noContainer }[kind];
  throw new Complaint(words(missing));
}

function imageJson({ id, references, labels, sizeBytes, createdAtMs }: ModelImage): object {
  return {
    Id: id,
    RepoTags: [...references],
    Size: sizeBytes,
    Created: new Date(createdAtMs).toISOString(),
    Config: { Labels: labels },
  };
}

function containerJson({ id, spec, image, state, exitCode, startedAtMs }: ModelContainer): object {
  return {
    Id: id,
    Name: `/${spec.name}`,
    Image: `sha256:${image.id}`,
    Config: { Labels: spec.labels },
    State: {
      Status: state === 'stopped' ? 'exited' : state,
      ExitCode: exitCode,
      StartedAt: startedAtMs > 0 ? new Date(startedAtMs).toISOString() : '0001-01-01T00:00:00Z',
    },
  };
}

function rowJson({ id, spec, image, state, exitCode, startedAtMs }: ModelContainer): object {
  return {
    Id: id,
    Names: [spec.name],
    ImageID: image.id,
    Labels: spec.labels,
    State: state === 'stopped' ? 'exited' : state,
    ExitCode: exitCode,
    StartedAt: startedAtMs > 0 ? Math.floor(startedAtMs / 1000) : -62_135_596_800,
  };
}
