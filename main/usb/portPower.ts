import { access, constants, open } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, messageOf } from '../base/errno.ts';
import { LabError } from '../contract/index.ts';
import { doctorHint } from './doctorHint.ts';
import type { SocketHalf } from './topology.ts';

/** A hub that answers takes milliseconds; one whose device is being enumerated keeps the kernel for seconds. */
const switchTimeoutMs = 10_000;
const readTimeoutMs = 2000;

/** The kernel's switch of one port (Linux 6.0 and later): 1 is off. Documentation/ABI/testing/sysfs-bus-usb. */
export function disableFile(half: SocketHalf): string {
  return path.join(half.port.folder, 'disable');
}

/**
 * Whether a port has power by its hub's own word, which may repeat a lie; null when it cannot be asked. Waits for the
 * hub, so it is never asked more than `readTimeoutMs` long. Never rejects.
 */
export async function readByFile(half: SocketHalf): Promise<boolean | null> {
  const text = await withDeadline(readSmall(disableFile(half)), readTimeoutMs).catch(() => '');
  if (text === '') return null;
  return text.trim() === '0';
}

/** Whether `readByFile` can say anything of these; as a rule the kernel lets everybody read. Never rejects. */
export async function mayReadByFile(halves: readonly SocketHalf[]): Promise<boolean> {
  const each = halves.map((half) => access(disableFile(half), constants.R_OK));
  return await Promise.all(each).then(
    () => halves.length > 0,
    () => false,
  );
}

/** Rejects with LabError: PERMISSION_DENIED, DEVICE_GONE, UNSUPPORTED, TIMEOUT, COMMAND_FAILED. */
export async function switchByFile(half: SocketHalf, on: boolean, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const file = disableFile(half);
  try {
    await withDeadline(writeSmall(file, on ? '0' : '1'), switchTimeoutMs);
  } catch (error) {
    throw explainDisable(error, file);
  }
}

/** Without O_CREAT: sysfs answers that with EACCES for a port that just left. */
async function writeSmall(file: string, text: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

async function readSmall(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

/** What to tell of a write to `disable` that failed. */
export function explainDisable(error: unknown, file: string): LabError {
  if (error instanceof LabError) return error;
  const errno = errnoOf(error);
  const options = { cause: error };
  if (errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS')
    return new LabError('PERMISSION_DENIED', `${file} may not be written`, { hint: doctorHint }, options);
  if (errno === 'ENOENT' || errno === 'ENODEV')
    return new LabError(
      'DEVICE_GONE',
      'The hub left while it was switched',
      { hint: 'Plug it in.' },
      options,
    );
  return new LabError('COMMAND_FAILED', `${file} could not be written: ${messageOf(error)}`, {}, options);
}

/** A file of the kernel cannot be let go of while it works: the caller goes on, the kernel ends when it ends. */
async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new LabError('TIMEOUT', `The hub did not answer within ${timeoutMs} ms`, {
            hint: 'Replug the hub.',
          }),
        ),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
