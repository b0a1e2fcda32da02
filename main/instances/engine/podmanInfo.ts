import { z } from 'zod';
import type { EngineInfo, EngineProblem } from '../../contract/index.ts';

const helper = z.object({ executable: z.string().nullish() }).nullish();

/** What `podman info --format json` says, of 4.0 and later, as far as it is used. */
export const podmanInfo = z.object({
  host: z.object({
    cgroupVersion: z.string().nullish(),
    cgroupControllers: z.array(z.string()).nullish(),
    networkBackend: z.string().nullish(),
    rootlessNetworkCmd: z.string().nullish(),
    ociRuntime: z.object({ name: z.string().nullish() }).nullish(),
    slirp4netns: helper,
    pasta: helper,
    idMappings: z.object({ uidmap: z.array(z.unknown()).nullish() }).nullish(),
    security: z.object({ rootless: z.boolean(), selinuxEnabled: z.boolean().nullish() }),
  }),
  store: z.object({ graphDriverName: z.string(), graphRoot: z.string() }),
  version: z.object({ Version: z.string() }),
});
export type PodmanInfo = z.infer<typeof podmanInfo>;

export function cgroupsOf(version: string | null | undefined): EngineInfo['cgroups'] {
  if (version === 'v1' || version === '1') return 'v1';
  return version === 'v2' || version === '2' ? 'v2' : 'unknown';
}

/** Rootless podman limits memory by the controllers the session was given, which only cgroups v2 can do. */
export function canLimitMemory({ host }: PodmanInfo): boolean {
  const isThere = host.cgroupControllers?.includes('memory') ?? false;
  return isThere && (!host.security.rootless || cgroupsOf(host.cgroupVersion) === 'v2');
}

export function networkModeOf({ host }: PodmanInfo): EngineInfo['networkMode'] {
  if (!host.security.rootless) return 'bridge';
  const named = host.rootlessNetworkCmd;
  if (named === 'pasta' || named === 'slirp4netns') return named;
  if (host.slirp4netns?.executable) return 'slirp4netns';
  return host.pasta?.executable ? 'pasta' : 'unknown';
}

/** crun refuses the hybrid of cgroups v1 and v2; runc does not mind. */
export function needsRunc({ host }: PodmanInfo): boolean {
  return host.ociRuntime?.name === 'crun' && cgroupsOf(host.cgroupVersion) === 'v1';
}

/** What keeps containers from running although podman itself answers. */
export function podmanProblem(
  info: PodmanInfo,
  has: { runc: boolean; firewall: boolean },
  userName: string,
): EngineProblem | null {
  const problem = (code: EngineProblem['code'], message: string, hint: string): EngineProblem => ({
    engine: 'podman',
    code,
    message,
    hint,
  });
  if (needsRunc(info) && !has.runc)
    return problem(
      'MISSING_DEPENDENCY',
      'Podman’s runtime crun cannot work with the cgroups of this machine',
      'Install runc: sudo apt install runc',
    );
  if (!info.host.security.rootless && !has.firewall)
    return problem(
      'MISSING_DEPENDENCY',
      'Podman as root needs iptables to publish ports, and it is not installed',
      'Install it: sudo apt install iptables',
    );
  if (networkModeOf(info) === 'unknown')
    return problem(
      'MISSING_DEPENDENCY',
      'Podman has no program that gives containers a network without root',
      'Install one: sudo apt install slirp4netns',
    );
  // Podman then maps this one user and nobody else: LAVA's packages bring users of their own.
  if (info.host.security.rootless && (info.host.idMappings?.uidmap?.length ?? 0) < 2)
    return problem(
      'PERMISSION_DENIED',
      `${userName} has no range of user ids for containers`,
      `Give it one: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${userName} && podman system migrate`,
    );
  return null;
}
