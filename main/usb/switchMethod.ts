import { access, constants } from 'node:fs/promises';
import { errnoOf } from '../base/errno.ts';
import { LabError, type LabErrorCode } from '../contract/index.ts';
import { doctorHint } from './doctorHint.ts';
import type { HubAbilities } from './hubAbilities.ts';
import { disableFile } from './portPower.ts';
import type { SocketHalf } from './topology.ts';
import { hasUhubctl } from './uhubctl.ts';

export type SwitchMethod = 'disable' | 'uhubctl';

/** How the halves of a socket can be switched here and now, or why they cannot. */
export type MethodAnswer =
  | { readonly method: SwitchMethod; readonly problem: null }
  | { readonly method: null; readonly problem: LabError };

/**
 * The kernel's file where it is there and may be written, else uhubctl where it is installed and may write the
 * hub's node. Says what to mend when it is neither. Never rejects.
 */
export async function findMethod(
  halves: readonly SocketHalf[],
  wanted: 'auto' | SwitchMethod,
  abilities: Pick<HubAbilities, 'nodeOf'>,
): Promise<MethodAnswer> {
  const file = wanted === 'uhubctl' ? null : await byFile(halves);
  if (file?.method || (file && wanted === 'disable')) return file;
  const uhubctl = await byUhubctl(halves, abilities);
  if (uhubctl.method || !file) return uhubctl;
  // Without the kernel's file uhubctl is what is missing; with it a right is.
  return file.problem.code === 'UNSUPPORTED' ? uhubctl : file;
}

async function byFile(halves: readonly SocketHalf[]): Promise<MethodAnswer> {
  for (const half of halves) {
    const file = disableFile(half);
    const errno = await mayUse(file);
    if (errno === null) continue;
    return errno === 'ENOENT'
      ? no(
          'UNSUPPORTED',
          'This kernel has no switch for USB ports',
          'Linux 6.0 and later have it; or install uhubctl.',
        )
      : no('PERMISSION_DENIED', `${file} may not be written`, doctorHint);
  }
  return { method: 'disable', problem: null };
}

async function byUhubctl(
  halves: readonly SocketHalf[],
  abilities: Pick<HubAbilities, 'nodeOf'>,
): Promise<MethodAnswer> {
  if (!(await hasUhubctl()))
    return no('MISSING_DEPENDENCY', 'uhubctl is not installed', 'Install the package uhubctl.');
  for (const { hub } of halves) {
    const node = abilities.nodeOf(hub);
    if ((await mayUse(node)) !== null)
      return no('PERMISSION_DENIED', `${node} may not be written`, doctorHint);
  }
  return { method: 'uhubctl', problem: null };
}

/** null when it may be written; else why not. */
async function mayUse(file: string): Promise<string | null> {
  return await access(file, constants.W_OK).then(
    () => null,
    (error: unknown) => errnoOf(error) ?? 'EIO',
  );
}

function no(code: LabErrorCode, message: string, hint: string): MethodAnswer {
  return { method: null, problem: new LabError(code, message, { hint }) };
}
