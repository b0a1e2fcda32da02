import { connect } from 'node:net';
import { z } from 'zod';
import { errnoOf } from '../../base/errno.ts';
import type { EngineProblem } from '../../contract/index.ts';
import { toEngineError } from './complaints.ts';
import { DockerCli } from './dockerCli.ts';
import { deadlines, EngineCli } from './engineCli.ts';
import { parseEngineJson } from './engineJson.ts';
import { cgroupsOf } from './podmanInfo.ts';
import type { ProbeContext, Probed } from './probe.ts';

const oneMiB = ['--log-driver', 'json-file', '--log-opt', 'max-size=1m', '--log-opt', 'max-file=1'];
const connectMs = 2_000;

/** What `docker info --format '{{json .}}'` says. */
export const dockerInfo = z.object({
  ServerVersion: z.string(),
  DockerRootDir: z.string(),
  CgroupVersion: z.string().nullish(),
  MemoryLimit: z.boolean().nullish(),
  DefaultRuntime: z.string().nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  Driver: z.string().nullish(),
});

/** Rejects with LabError when docker does not answer; a problem with its daemon is no rejection. */
export async function probeDocker({ env, signal, tether, userName }: ProbeContext): Promise<Probed> {
  const cli = new EngineCli({ kind: 'docker', globalArgs: [], env, tether });
  const asked = await cli.run(['info', '--format', '{{json .}}'], { timeoutMs: deadlines.info, signal });
  const errors = asked.exitCode === 0 ? serverErrors(asked.stdout) : ['failed'];
  if (errors.length > 0) {
    const problem = await socketProblem(await socketPath(cli, signal), userName);
    if (problem) return { problem };
    throw toEngineError(asked);
  }
  const info = parseEngineJson('docker info', asked.stdout, dockerInfo);
  const options = info.SecurityOptions ?? [];
  const has = (name: string) => options.some((option) => option.split(',').includes(`name=${name}`));
  const canLimitMemory = info.MemoryLimit ?? false;
  const labelsOff = has('selinux');
  const workarounds = [];
  if (!canLimitMemory)
    workarounds.push({ what: 'No memory limits', why: 'The memory controller of cgroups is not at hand' });
  if (info.Driver === 'vfs')
    workarounds.push({
      what: 'Each image is a whole copy',
      why: 'Docker stores images with vfs; overlay needs much less disk',
    });
  if (labelsOff)
    workarounds.push({
      what: 'No SELinux labels',
      why: 'They would keep an instance from the consoles it is given',
    });
  return {
    engine: new DockerCli({
      cli,
      storageDir: info.DockerRootDir,
      quirks: { ulimits: [], canLimitMemory, labelsOff, log: oneMiB },
      info: {
        kind: 'docker',
        version: info.ServerVersion,
        rootless: has('rootless'),
        runtime: info.DefaultRuntime ?? null,
        cgroups: cgroupsOf(info.CgroupVersion),
        canLimitMemory,
        networkMode: 'bridge',
        workarounds,
      },
    }),
  };
}

/** A client without a daemon answers, with exit code 0 in some versions and 1 in others. */
function serverErrors(printed: string): string[] {
  const errors = z.object({ ServerErrors: z.array(z.string()).nullish() });
  return parseEngineJson('docker info', printed, errors).ServerErrors ?? [];
}

/** Where the daemon is asked, by the client's own settings; null: not over a unix socket. */
async function socketPath(cli: EngineCli, signal: AbortSignal): Promise<string | null> {
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const asked = await cli.run(args, { timeoutMs: deadlines.info, signal });
  const host =
    asked.exitCode === 0 ? asked.stdout.trim() : (cli.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock');
  return host.startsWith('unix://') ? host.slice('unix://'.length) : null;
}

/** What the system says about the daemon's socket, which tells more surely than docker's words. */
async function socketProblem(path: string | null, userName: string): Promise<EngineProblem | null> {
  if (path === null) return null;
  const errno = await connectError(path);
  if (errno === 'EACCES' || errno === 'EPERM')
    return {
      engine: 'docker',
      code: 'PERMISSION_DENIED',
      message: `${userName} may not use docker`,
      hint: `Add yourself to its group, then log in again: sudo usermod -aG docker ${userName}`,
    };
  if (errno === 'ENOENT' || errno === 'ECONNREFUSED')
    return {
      engine: 'docker',
      code: 'COMMAND_FAILED',
      message: 'Docker is installed, but its daemon is not running',
      hint: 'Start it: sudo systemctl start docker',
    };
  return null;
}

function connectError(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const done = (errno: string | null) => {
      socket.destroy();
      resolve(errno);
    };
    socket.setTimeout(connectMs, () => done(null));
    socket.once('connect', () => done(null));
    socket.once('error', (error) => done(errnoOf(error) ?? null));
  });
}
