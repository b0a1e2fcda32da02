import { writeFileSync } from 'node:fs';
import type { ContainerSpec } from '../../../main/instances/engine/engine.ts';
import { says } from './complaint.ts';
import { complain, type EngineModel } from './engineModel.ts';
import { buildImage } from './modelBuild.ts';
import { pairs, readArgs } from './podmanArgs.ts';
import {
  containerInspect,
  dockerInfoJson,
  imageVerb,
  podmanInfoJson,
  ps,
  volumeVerb,
} from './podmanLists.ts';

/** One command somebody gave. */
export interface Call {
  readonly kind: 'podman' | 'docker';
  readonly args: readonly string[];
  /** Its TMPDIR. */
  readonly temporary: string | null;
  /** Asks for its standard input, which is not read otherwise. */
  stdin(): AsyncIterable<Buffer>;
  out(text: string | Buffer): Promise<void>;
  err(text: string): void;
  /** Aborted when it was killed. */
  readonly gone: AbortSignal;
}

type Verb = (model: EngineModel, call: Call) => Promise<number | undefined> | number | undefined;

const verbs: Readonly<Record<string, Verb>> = {
  info: async (model, call) => {
    await call.out(JSON.stringify(call.kind === 'podman' ? podmanInfoJson(model) : dockerInfoJson()));
    return 0;
  },
  image: imageVerb,
  volume: volumeVerb,
  container: containerInspect,
  ps,
  pull: async (model, call) => {
    await call.out(`${(await model.pull(call.args[0] ?? '', call.gone)).id}\n`);
    return 0;
  },
  import: async (model, call) => {
    const { all, rest } = readArgs(call.args);
    const labels = all('--change').map(
      (change) => /^LABEL "([^"]*)"="([^"]*)"$/.exec(change)?.slice(1) ?? [],
    );
    const image = model.addImage({ labels: Object.fromEntries(labels), lava: null });
    model.tag(image.id, rest[1] ?? '');
    await call.out(`sha256:${image.id}\n`);
    return 0;
  },
  tag: (model, { args: [name = '', reference = ''] }) => {
    model.tag(name, reference);
    return 0;
  },
  untag: (model, { args: [name = '', ...references] }) => {
    const image = model.getImage(name);
    for (const reference of references.length > 0 ? references : [...image.references])
      image.references.delete(reference);
    return 0;
  },
  rmi: (model, { args }) => {
    model.removeImage(args);
    return 0;
  },
  build,
  create,
  start: async (model, call) => {
    await model.start(call.args[0] ?? '');
    return 0;
  },
  stop: async (model, call) => {
    const { one, rest } = readArgs(call.args);
    await model.stop(rest[0] ?? '', Number(one('-t')) * 1000, call.gone);
    return 0;
  },
  rm: async (model, call) => {
    const { rest, has } = readArgs(call.args);
    for (const name of rest) {
      if (model.working.delete(name)) continue;
      if (!model.findContainer(name) && !has('--ignore')) complain(says.noContainer(name), 1);
      await model.removeContainer(name);
    }
    return 0;
  },
  exec: async (model, call) => {
    const { rest, has } = readArgs(call.args, { untilFirst: true });
    const [name = '', ...argv] = rest;
    const stdin = has('--interactive') ? call.stdin() : null;
    // A client that is killed takes nothing in the container with it.
    const io = { stdin, out: call.out, err: call.err, signal: new AbortController().signal };
    return model.exec(name, argv, io);
  },
  logs: async (model, call) => {
    const { one, rest } = readArgs(call.args);
    const lines = model.getContainer(rest[0] ?? '').log.split(/(?<=\n)/);
    await call.out(lines.slice(-Number(one('--tail') ?? lines.length)).join(''));
    return 0;
  },
  events,
  context: async (_, call) => {
    await call.out('unix:///nonexistent/docker.sock\n');
    return 0;
  },
};

/** Resolves with the exit code; rejects with a Complaint. */
export async function runVerb(model: EngineModel, call: Call): Promise<number> {
  // Before the verb: `--runtime runc`.
  const at = call.args[0]?.startsWith('--') ? 2 : 0;
  const [name = '', ...args] = call.args.slice(at);
  await model.faults.meet(name, call.gone);
  const verb = verbs[name];
  if (!verb) complain(says.anything(`unrecognized command \`${call.kind} ${name}\``));
  return (await verb(model, { ...call, args })) ?? 0;
}

async function build(model: EngineModel, call: Call): Promise<number> {
  const { all, one, rest } = readArgs(call.args);
  const image = await buildImage(
    model,
    {
      contextDir: rest[0] ?? '',
      containerfile: one('--file') ?? '',
      buildArgs: pairs(all('--build-arg')),
      labels: pairs(all('--label')),
    },
    (line) => void call.out(`${line}\n`),
    call.gone,
  ).finally(() => {
    // Docker's daemon cleans up behind a client that went away.
    if (call.kind === 'docker') model.working.clear();
  });
  const idFile = one('--iidfile');
  if (idFile !== null) writeFileSync(idFile, `sha256:${image.id}`);
  await call.out(`${image.id}\n`);
  return 0;
}

async function create(model: EngineModel, call: Call): Promise<number> {
  const { all, one, rest } = readArgs(call.args, { untilFirst: true });
  const [image = '', ...argv] = rest;
  const mounts = all('--volume').map((mount) => mount.split(':'));
  const spec: ContainerSpec = {
    name: one('--name') ?? 'unnamed',
    image,
    labels: pairs(all('--label')),
    hostname: one('--hostname') ?? '',
    volumes: mounts
      .filter(([source]) => !source?.startsWith('/'))
      .map(([volume = '', target = '']) => ({ volume, target })),
    binds: mounts
      .filter(([source]) => source?.startsWith('/'))
      .map(([source = '', target = '', mode]) => ({ source, target, readOnly: mode === 'ro' })),
    ports: all('--publish').map((port) => {
      const [, host, container] = port.split(':');
      return { host: Number(host), container: Number(container) };
    }),
    capabilities: all('--cap-add'),
    memoryLimitBytes: one('--memory') === null ? null : Number.parseInt(one('--memory') ?? '', 10),
    argv,
    network: one('--network') === 'none' ? 'none' : 'bridge',
  };
  await call.out(`${model.create(spec).id}\n`);
  return 0;
}

async function events(model: EngineModel, call: Call): Promise<number> {
  const podmanWord = { started: 'start', died: 'died', removed: 'remove' } as const;
  const dockerWord = { started: 'start', died: 'die', removed: 'destroy' } as const;
  const heard = model.onDidHappen(({ containerName, labels, what }) => {
    const event =
      call.kind === 'podman'
        ? { Name: containerName, Status: podmanWord[what], Type: 'container', Attributes: labels }
        : {
            Type: 'container',
            Action: dockerWord[what],
            Actor: { Attributes: { ...labels, name: containerName } },
          };
    void call.out(`${JSON.stringify(event)}\n`);
  });
  await new Promise((resolve) => call.gone.addEventListener('abort', resolve, { once: true }));
  heard.dispose();
  return 0;
}
