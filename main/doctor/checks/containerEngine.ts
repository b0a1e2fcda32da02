import type { EngineState } from '../../contract/index.ts';
import type { Check, Found } from '../check.ts';
import { asRoot, type Fix, makeFix } from '../fixes/fix.ts';
import { installFix } from '../fixes/packages.ts';
import type { Machine } from '../machine.ts';
import { listed } from '../words.ts';

const why = 'LAVA instances run in podman or docker. Boards, consoles and power need neither.';
const engineName = { podman: 'Podman', docker: 'Docker' } as const;
/** Podman answers slowly the first time after a start, and docker may be starting. */
const timeoutMs = 25_000;

/** Podman or docker: there, and usable by this user. `look` is the instances' own way to find out. */
export function containerEngineCheck(machine: Machine, look: () => Promise<EngineState>): Check {
  return {
    name: 'engine',
    title: 'Container engine',
    group: 'instances',
    followsPorts: false,
    timeoutMs,
    look: async () => {
      const state = await look();
      if (state.state === 'looking') throw new Error('it is still being looked for');
      return [state.state === 'ready' ? ready(state.engine) : await unavailable(machine, state.problems)];
    },
  };
}

function ready(engine: Extract<EngineState, { state: 'ready' }>['engine']): Found {
  const around = engine.workarounds.map((each) => each.what);
  return {
    severity: 'ok',
    title: `${engineName[engine.kind]} is ready`,
    what: `Version ${engine.version}, ${engine.rootless ? 'without root’s rights' : 'as root'}.${around.length === 0 ? '' : ` Done differently on this computer: ${listed(around)}.`}`,
    why,
  };
}

async function unavailable(
  machine: Machine,
  problems: Extract<EngineState, { state: 'unavailable' }>['problems'],
): Promise<Found> {
  const found = await remedy(machine);
  return {
    severity: found.isAbsent ? 'info' : 'warning',
    title: found.isAbsent ? 'No container engine is installed' : 'The container engine cannot be used',
    what: problems
      .map(({ engine, message, hint }) =>
        `${engine}: ${message}.${found.fix || hint === '' ? '' : ` ${hint}.`}`.replaceAll('..', '.'),
      )
      .join(' '),
    why,
    fix: found.fix,
  };
}

/** By what is there and what is not, never by what a message says. */
async function remedy(machine: Machine): Promise<{ isAbsent: boolean; fix: Fix | null }> {
  const [podman, docker, newuidmap, pasta, slirp] = await Promise.all(
    ['podman', 'docker', 'newuidmap', 'pasta', 'slirp4netns'].map((name) => machine.find(name)),
  );
  if (!podman && !docker)
    return { isAbsent: true, fix: await installFix(machine, 'Install podman', 'podman') };
  if (podman && machine.who.uid !== 0) {
    if (!newuidmap)
      return { isAbsent: false, fix: await installFix(machine, 'Install newuidmap', 'newuidmap') };
    if (!pasta && !slirp)
      return { isAbsent: false, fix: await installFix(machine, 'Install slirp4netns', 'slirp4netns') };
  }
  const stoppedDocker =
    docker &&
    !podman &&
    (await machine.exists('/run/systemd/system')) &&
    !(await machine.exists('/run/docker.sock'));
  if (stoppedDocker)
    return {
      isAbsent: false,
      fix: makeFix('Start docker', [asRoot('systemctl', 'enable', '--now', 'docker.service')], {
        undo: [asRoot('systemctl', 'disable', '--now', 'docker.service')],
      }),
    };
  return { isAbsent: false, fix: null };
}
