import { readFile } from 'node:fs/promises';

/**
 * What a build of ours is called while it runs. Buildah names the containers it works in after the base image, so
 * giving the base a name of this build's own is the one way to tell afterwards whose containers they are. The name
 * says which process builds: a dead one's is rubbish. Its folder for temporary files has the same name.
 */
export const buildAliasPattern = /(?:^|\/)labdeck-build-p(\d+)-(\d+)-\d+(?=:|-|\/|$)/;

/** Field 22 of /proc/PID/stat, in clock ticks since boot; null: there is no such process. */
async function startTimeOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/** A name for build number `count` of this process. */
export async function buildAlias(count: number): Promise<string> {
  return `labdeck-build-p${process.pid}-${(await startTimeOf(process.pid)) ?? '0'}-${count}`;
}

/** The alias in the name of an image, a container or a file; null: that is none of ours. */
export function aliasIn(name: string): string | null {
  return buildAliasPattern.exec(name)?.[0].replace(/^\//, '') ?? null;
}

/** Whether the process that builds under this alias is alive. */
export async function isBuilding(alias: string): Promise<boolean> {
  const [, pid, started] = buildAliasPattern.exec(alias) ?? [];
  if (pid === undefined || started === undefined) return false;
  const now = await startTimeOf(Number(pid));
  return now !== null && (now === started || started === '0');
}
