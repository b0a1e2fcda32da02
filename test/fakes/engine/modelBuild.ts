import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BuildSpec, Labels } from '../../../main/instances/engine/engine.ts';
import { says } from './complaint.ts';
import { complain, type EngineModel, type ModelImage, pause } from './engineModel.ts';
import { debianReleases, type LavaRelease, lavaRelease } from './lavaModel.ts';
import { isSimple, runScript } from './miniShell.ts';
import { shellHost } from './modelShell.ts';

/** What a step prints that is no shell the fake understands: as much as progress can be read from. */
const aptLines = [
  '0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.',
  'Get:1 http://archive.example/debian forky/main amd64 lava-server all 2026.09 [4,321 kB]',
  'Get:2 http://archive.example/debian forky/main amd64 lava-dispatcher all 2026.09 [321 kB]',
  'Unpacking lava-server (2026.09) ...',
  'Unpacking lava-dispatcher (2026.09) ...',
  'Setting up lava-server (2026.09) ...',
  'Setting up lava-dispatcher (2026.09) ...',
];

type BuildInput = Pick<BuildSpec, 'contextDir' | 'containerfile' | 'buildArgs' | 'labels'>;

/**
 * Builds an image without a name. When the signal aborts, the container it works in stays behind, as it does when
 * podman is killed; a step that fails takes it away.
 */
export async function buildImage(
  model: EngineModel,
  spec: BuildInput,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<ModelImage> {
  const steps = readSteps(spec);
  const base = baseOf(steps) === 'scratch' ? null : model.getImage(baseOf(steps));
  const work = model.addImage({ labels: {}, lava: null });
  model.images.delete(work.id);
  const nickname = path.posix.basename(baseOf(steps)).replace(/:.*$/, '');
  const container = workingContainer(model, base ?? work, `${nickname}-working-container`);
  let labels: Labels = { ...base?.labels };
  for (const [at, step] of steps.entries()) {
    signal.throwIfAborted();
    print(`STEP ${at + 1}/${steps.length}: ${step}`);
    await pause(model.speed.buildMs / steps.length, signal);
    const [, verb, rest = ''] = /^(\w+)\s+([\s\S]*)$/.exec(step) ?? [];
    if (verb === 'LABEL') labels = { ...labels, ...Object.fromEntries([rest.split('=', 2)]) };
    if (verb !== 'RUN') continue;
    await model.faults.meet('build step', signal);
    const facts = factLines(rest, lavaIn(spec, base) ?? base?.lava ?? debianOf(base));
    for (const line of facts) print(line);
    const code = facts.length > 0 ? 0 : await runStep(model, container, rest, spec.buildArgs, print, signal);
    signal.throwIfAborted();
    if (code === 0) continue;
    model.working.delete(container.id);
    complain(says.stepFailed(step, code));
  }
  model.working.delete(container.id);
  print('COMMIT');
  return model.addImage({
    labels: { ...labels, ...spec.labels },
    lava: lavaIn(spec, base),
    sizeBytes: 900_000_000,
  });
}

async function runStep(
  model: EngineModel,
  container: ReturnType<typeof workingContainer>,
  script: string,
  variables: Readonly<Record<string, string>>,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  if (!isSimple(script)) {
    for (const line of aptLines) print(line);
    return 0;
  }
  const say = (bytes: Buffer | string) => {
    for (const line of bytes.toString().split('\n')) if (line !== '') print(line);
  };
  const killed = new AbortController();
  const onAbort = () => killed.abort(137);
  signal.addEventListener('abort', onAbort, { once: true });
  const io = { stdin: null, out: say, err: say, signal: killed.signal };
  const code = await runScript(script, io, shellHost(model, container, variables));
  signal.removeEventListener('abort', onAbort);
  return code;
}

function workingContainer(model: EngineModel, image: ModelImage, name: string) {
  const spec = {
    name,
    image: image.id,
    labels: {},
    hostname: 'build',
    volumes: [],
    binds: [],
    ports: [],
    capabilities: [],
    memoryLimitBytes: null,
  };
  const container = {
    id: model.addImage({ labels: {}, lava: null }).id,
    spec,
    image,
    files: new Map<string, Buffer>(),
    processes: new Map(),
    state: 'created' as const,
    exitCode: 0,
    startedAtMs: 0,
    log: '',
    instance: null,
    ports: [],
  };
  model.images.delete(container.id);
  model.working.set(container.id, name);
  return container;
}

/** The instructions with their variables put in, from FROM on. */
function readSteps({ containerfile, buildArgs }: BuildInput): string[] {
  const lines = readFileSync(containerfile, 'utf8')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n');
  const steps = lines.map((line) => line.trim()).filter((line) => line !== '');
  const isFrom = (line: string) => line.startsWith('FROM ');
  return steps
    .slice(steps.findIndex(isFrom))
    .map((line) =>
      isFrom(line) ? line.replace(/\$\{?(\w+)\}?/g, (_, name: string) => buildArgs[name] ?? '') : line,
    )
    .filter((line) => !line.startsWith('ARG '));
}

function baseOf(steps: readonly string[]): string {
  return (steps[0] ?? '').replace(/^FROM\s+/, '').trim();
}

/** Which LAVA comes of a build: of a source tree the one it names, else the one of the Debian below. */
function lavaIn({ contextDir, containerfile }: BuildInput, base: ModelImage | null): LavaRelease | null {
  const versionFile = path.join(contextDir, 'version');
  if (existsSync(versionFile)) {
    const below = base?.lava ?? debianReleases.forky;
    const count = below.migrations.lava_scheduler_app?.length ?? 0;
    return lavaRelease(readFileSync(versionFile, 'utf8').trim(), count, below.postgresMajor);
  }
  // An image for a test of the engine alone has no init of ours in it.
  if (!readFileSync(containerfile, 'utf8').includes('labinit')) return null;
  return base?.lava ?? debianOf(base);
}

/** What the archive of this Debian has. */
function debianOf(base: ModelImage | null): LavaRelease {
  const says = JSON.stringify([[...(base?.references ?? [])], base?.labels ?? {}]);
  return /\bsid\b|unstable/.test(says) ? debianReleases.sid : debianReleases.forky;
}

/** What steps print that only look at what is in an image, or in the archive its Debian has. */
function factLines(script: string, { lavaVersion }: LavaRelease): string[] {
  const said: string[] = [];
  if (script.includes('labdeck-image ')) {
    said.push(`labdeck-image ${JSON.stringify({ lavaVersion, sourceVersion: null })}`);
    said.push(`labdeck-package ${lavaVersion}-1`);
  }
  if (script.includes('apt-cache show')) said.push(`${lavaVersion}-1`);
  return script.includes('labdeck-says ') ? said.map((line) => `labdeck-says ${line}`) : said;
}
