import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { LabError } from '../../contract/labError.ts';
import type { Unavailable } from '../virtualBoard.ts';

/** Overrides the search for U-Boot's image. */
export const firmwareVariable = 'LABDECK_QEMU_UBOOT';

/** Where distributions put U-Boot for QEMU's arm64 `virt` machine. */
const firmwarePaths = [
  '/usr/lib/u-boot/qemu_arm64/u-boot.bin', // Debian, Ubuntu: u-boot-qemu
  '/usr/share/u-boot/qemu_arm64/u-boot.bin', // Alpine: u-boot-qemu
  '/usr/share/uboot/qemu_arm64/u-boot.bin', // Fedora: uboot-images-armv8
  '/usr/local/share/u-boot/qemu_arm64/u-boot.bin', // built from source, or FreeBSD's ports
  '/opt/homebrew/share/u-boot/qemu_arm64/u-boot.bin',
];

/** A desktop app's PATH is often shorter than a shell's. */
const extraFolders = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', '/bin'];

export interface QemuTools {
  readonly qemu: string;
  readonly firmware: string;
  /** Runs QEMU at lower priority; null where there is no `nice`. */
  readonly nice: string | null;
}

const hint =
  'On Debian and Ubuntu: apt install qemu-system-arm u-boot-qemu. Fedora: qemu-system-aarch64 uboot-images-armv8. ' +
  'Elsewhere install QEMU and build U-Boot (make qemu_arm64_defconfig), then point ' +
  `${firmwareVariable} to its u-boot.bin. A sim board needs none of this.`;

/** Finds the programs. Rejects with LabError MISSING_DEPENDENCY or UNSUPPORTED. */
export async function findQemuTools(env: NodeJS.ProcessEnv = process.env): Promise<QemuTools> {
  if (process.platform === 'win32')
    throw new LabError('UNSUPPORTED', 'Emulated boards need Linux or macOS.', { hint: 'Use a sim board.' });
  const qemu = await findProgram('qemu-system-aarch64', env);
  if (qemu === null)
    throw new LabError('MISSING_DEPENDENCY', 'qemu-system-aarch64 is not installed.', { hint });
  const asked = env[firmwareVariable];
  const firmware = await firstReadable(asked ? [asked] : firmwarePaths);
  if (firmware === null)
    throw new LabError(
      'MISSING_DEPENDENCY',
      "U-Boot's image for QEMU (qemu_arm64/u-boot.bin) was not found.",
      {
        hint,
        details: { searched: asked ? [asked] : firmwarePaths },
      },
    );
  return { qemu, firmware, nice: await findProgram('nice', env) };
}

/** Why a QEMU board can't run here; null when it can. */
export async function qemuAvailability(env: NodeJS.ProcessEnv = process.env): Promise<Unavailable> {
  try {
    await findQemuTools(env);
    return null;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
}

async function findProgram(name: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  const folders = [...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...extraFolders];
  return await firstUsable(
    folders.map((folder) => join(folder, name)),
    constants.X_OK,
  );
}

function firstReadable(paths: readonly string[]): Promise<string | null> {
  return firstUsable(paths, constants.R_OK);
}

async function firstUsable(paths: readonly string[], mode: number): Promise<string | null> {
  for (const path of paths) {
    const usable = await access(path, mode).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return null;
}
