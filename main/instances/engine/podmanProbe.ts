import { LabError } from '../../contract/index.ts';
import { deadlines, EngineCli } from './engineCli.ts';
import { parseEngineJson } from './engineJson.ts';
import { ulimitArgs } from './limits.ts';
import { PodmanCli } from './podmanCli.ts';
import {
  canLimitMemory,
  cgroupsOf,
  needsRunc,
  networkModeOf,
  type PodmanInfo,
  podmanInfo,
  podmanProblem,
} from './podmanInfo.ts';
import { hasProgram, type ProbeContext, type Probed } from './probe.ts';

const oneMiB = ['--log-driver', 'k8s-file', '--log-opt', 'max-size=1mb'];

/** Rejects with LabError when podman does not answer; a problem with it is no rejection. */
export async function probePodman(context: ProbeContext): Promise<Probed> {
  const { env, signal, tether, uid, userName } = context;
  const cli = (globalArgs: readonly string[]) => new EngineCli({ kind: 'podman', globalArgs, env, tether });
  if (uid !== 0 && (await hasProgram('podman', env)) && !(await hasProgram('newuidmap', env)))
    throw new LabError('MISSING_DEPENDENCY', 'Podman without root needs newuidmap, and it is not installed', {
      hint: 'Install it: sudo apt install uidmap',
    });
  const printed = await cli([]).must(['info', '--format', 'json'], { timeoutMs: deadlines.info, signal });
  const info = parseEngineJson('podman info', printed, podmanInfo);
  const [runc, iptables, nft] = await Promise.all(
    ['runc', 'iptables', 'nft'].map((name) => hasProgram(name, env)),
  );
  const firewall = iptables === true || (nft === true && info.host.networkBackend === 'netavark');
  const problem = podmanProblem(info, { runc: runc === true, firewall }, userName);
  if (problem) return { problem };
  return { engine: toEngine(info, context, cli) };
}

function toEngine(
  info: PodmanInfo,
  { limits }: ProbeContext,
  cli: (globalArgs: readonly string[]) => EngineCli,
): PodmanCli {
  const workarounds: { what: string; why: string }[] = [];
  const rootless = info.host.security.rootless;
  const runc = needsRunc(info);
  if (runc)
    workarounds.push({ what: 'The runtime is runc', why: 'crun refuses the hybrid cgroups of this machine' });
  // Without root podman lowers its limits by itself.
  const ulimits = limits && !rootless ? ulimitArgs(limits) : [];
  if (ulimits.length > 0)
    workarounds.push({
      what: `Containers get limits of their own (${ulimits.filter((arg) => arg.includes('=')).join(', ')})`,
      why: 'Podman’s usual limits are above the ones of this machine, and it may not raise them',
    });
  const limitsMemory = canLimitMemory(info);
  if (!limitsMemory)
    workarounds.push({ what: 'No memory limits', why: 'The memory controller of cgroups is not at hand' });
  if (info.store.graphDriverName === 'vfs')
    workarounds.push({
      what: 'Each image is a whole copy',
      why: 'Podman stores images with vfs; overlay needs much less disk',
    });
  const labelsOff = info.host.security.selinuxEnabled === true;
  if (labelsOff)
    workarounds.push({
      what: 'No SELinux labels',
      why: 'They would keep an instance from the consoles it is given',
    });
  return new PodmanCli({
    cli: cli(runc ? ['--runtime', 'runc'] : []),
    storageDir: info.store.graphRoot,
    quirks: { ulimits, canLimitMemory: limitsMemory, labelsOff, log: oneMiB },
    info: {
      kind: 'podman',
      version: info.version.Version,
      rootless,
      runtime: runc ? 'runc' : (info.host.ociRuntime?.name ?? null),
      cgroups: cgroupsOf(info.host.cgroupVersion),
      canLimitMemory: limitsMemory,
      networkMode: networkModeOf(info),
      workarounds,
    },
  });
}
