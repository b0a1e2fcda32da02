import { userInfo } from 'node:os';
import { runCommand } from '../../base/command.ts';
import { messageOf } from '../../base/errno.ts';
import { type EngineInfo, type EngineProblem, LabError } from '../../contract/index.ts';
import { probeDocker } from './dockerProbe.ts';
import type { ContainerEngine } from './engine.ts';
import { readLimits } from './limits.ts';
import { probePodman } from './podmanProbe.ts';
import type { ProbeContext, Probed } from './probe.ts';

const tether = ['setpriv', '--pdeathsig', 'TERM'] as const;
const tetherMs = 5_000;
/** An AppImage's libraries and its notion of who supervises it are ours alone. */
const privateVariables = [
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'APPDIR',
  'APPIMAGE',
  'ARGV0',
  'NOTIFY_SOCKET',
  'ELECTRON_RUN_AS_NODE',
];

const probes: Readonly<Record<EngineInfo['kind'], (context: ProbeContext) => Promise<Probed>>> = {
  podman: probePodman,
  docker: probeDocker,
};

const whereFrom: Readonly<Record<EngineInfo['kind'], string>> = {
  podman: 'Install it: sudo apt install podman',
  docker: 'Install podman instead: it needs no daemon and no root.',
};

export interface DetectOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Tried first; podman unless told, since it can do without root. */
  readonly prefer?: EngineInfo['kind'];
}

/**
 * The first engine that can be used here, with what has to be done differently for it on this machine; else what
 * keeps each from being used. Rejects only with the signal's reason.
 */
export async function detectEngine(
  options: DetectOptions,
): Promise<{ readonly engine: ContainerEngine } | { readonly problems: readonly EngineProblem[] }> {
  const kinds =
    options.prefer === 'docker' ? (['docker', 'podman'] as const) : (['podman', 'docker'] as const);
  const env = engineEnv(options.env);
  const context: ProbeContext = {
    env,
    signal: options.signal,
    tether: await workingTether(env, options.signal),
    limits: await readLimits(),
    ...whoWeAre(),
  };
  const problems: EngineProblem[] = [];
  for (const kind of kinds) {
    const probed = await probes[kind](context).catch((error: unknown) => {
      options.signal.throwIfAborted();
      return { problem: toProblem(kind, error) };
    });
    if ('engine' in probed) return probed;
    problems.push(probed.problem);
  }
  return { problems };
}

/** English messages, since they are read (complaints.ts); nothing that is only meant for us. */
function engineEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !privateVariables.includes(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}

/** Where there is no such program, what runs long goes on when we are killed. */
async function workingTether(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<readonly string[]> {
  const works = await runCommand([...tether, 'true'], { env, signal, timeoutMs: tetherMs }).catch(() => {
    signal.throwIfAborted();
    return null;
  });
  return works?.exitCode === 0 ? tether : [];
}

function whoWeAre(): { uid: number; userName: string } {
  const uid = process.geteuid?.() ?? -1;
  try {
    return { uid, userName: userInfo().username };
  } catch {
    // A user id without a name.
    return { uid, userName: `#${uid}` };
  }
}

function toProblem(engine: EngineInfo['kind'], error: unknown): EngineProblem {
  if (!(error instanceof LabError)) return { engine, code: 'INTERNAL', message: messageOf(error), hint: '' };
  if (error.code === 'TIMEOUT')
    return {
      engine,
      code: 'TIMEOUT',
      message: `${engine} does not answer`,
      hint: `See whether "${engine} info" answers in a terminal.`,
    };
  const isMissing = error.code === 'MISSING_DEPENDENCY' && error.data.details?.program === engine;
  return {
    engine,
    code: error.code,
    message: error.message,
    hint: isMissing ? whereFrom[engine] : (error.hint ?? `See what "${engine} info" says in a terminal.`),
  };
}
