import { describe, expect, test } from 'vitest';
import { canLimitMemory, needsRunc, networkModeOf, type PodmanInfo, podmanProblem } from './podmanInfo.ts';

function info(host: Partial<PodmanInfo['host']> = {}): PodmanInfo {
  return {
    host: {
      cgroupVersion: 'v2',
      cgroupControllers: ['cpu', 'memory'],
      networkBackend: 'netavark',
      ociRuntime: { name: 'crun' },
      slirp4netns: { executable: '/usr/bin/slirp4netns' },
      idMappings: { uidmap: [{}, {}] },
      security: { rootless: true, selinuxEnabled: false },
      ...host,
    },
    store: { graphDriverName: 'overlay', graphRoot: '/x' },
    version: { Version: '4.9.3' },
  };
}
const root = { rootless: false, selinuxEnabled: false };
const all = { runc: true, firewall: true };

describe('what podman says of itself', () => {
  test('an ordinary rootless podman has no problem', () => {
    expect(podmanProblem(info(), all, 'jo')).toBeNull();
    expect(networkModeOf(info())).toBe('slirp4netns');
    expect(networkModeOf(info({ rootlessNetworkCmd: 'pasta' }))).toBe('pasta');
    expect(networkModeOf(info({ security: root }))).toBe('bridge');
  });

  test('crun on hybrid cgroups needs runc, and says so where that is missing', () => {
    const hybrid = info({ cgroupVersion: 'v1' });
    expect(needsRunc(hybrid)).toBe(true);
    expect(podmanProblem(hybrid, all, 'jo')).toBeNull();
    expect(podmanProblem(hybrid, { ...all, runc: false }, 'jo')).toMatchObject({
      code: 'MISSING_DEPENDENCY',
    });
    expect(needsRunc(info({ cgroupVersion: 'v1', ociRuntime: { name: 'runc' } }))).toBe(false);
  });

  test('memory is limited where the controller is at hand, and without root only on cgroups v2', () => {
    expect(canLimitMemory(info())).toBe(true);
    expect(canLimitMemory(info({ cgroupControllers: ['cpu'] }))).toBe(false);
    expect(canLimitMemory(info({ cgroupVersion: 'v1' }))).toBe(false);
    expect(canLimitMemory(info({ cgroupVersion: 'v1', security: root }))).toBe(true);
  });

  test('what is missing is named, with what to type', () => {
    const noFirewall = podmanProblem(info({ security: root }), { ...all, firewall: false }, 'root');
    expect(noFirewall?.hint).toContain('iptables');
    expect(podmanProblem(info({ slirp4netns: null }), all, 'jo')?.hint).toContain('slirp4netns');
    expect(podmanProblem(info({ idMappings: { uidmap: [{}] } }), all, 'jo')).toMatchObject({
      code: 'PERMISSION_DENIED',
      hint: expect.stringContaining('--add-subuids 100000-165535 --add-subgids 100000-165535 jo'),
    });
  });
});
