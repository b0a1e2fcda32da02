import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { EngineProblem } from '../../contract/index.ts';
import type { ContainerEngine } from './engine.ts';
import type { HostLimits } from './limits.ts';

/** What a look for one engine came to. */
export type Probed = { readonly engine: ContainerEngine } | { readonly problem: EngineProblem };

/** What every look needs to know of this machine. */
export interface ProbeContext {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly tether: readonly string[];
  readonly limits: HostLimits | null;
  /** 0 for root. */
  readonly uid: number;
  readonly userName: string;
}

/** Where administrators' programs are, which is not in everybody's PATH. */
const sbin = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Whether a program could be run, by us or by the engine. */
export async function hasProgram(name: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  for (const folder of [...(env.PATH ?? '').split(path.delimiter), ...sbin]) {
    if (folder === '') continue;
    const isThere = await access(path.join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}
