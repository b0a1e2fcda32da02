import { exec } from './exec.ts';

/**
 * Clears HUPCL on an open tty, so that closing it does not drop DTR, which resets many boards. serialport's
 * `hupcl: false` only refrains from setting the flag, and the kernel sets it on every new port. Best effort:
 * where stty is missing or refuses, the line works all the same.
 */
export async function keepDtrOnClose(device: string): Promise<void> {
  // A pty has no DTR, and tests and bridges open many.
  if (device.startsWith('/dev/pts/') || process.platform === 'win32') return;
  const flag = process.platform === 'darwin' ? '-f' : '-F';
  await exec(['stty', flag, device, '-hupcl'], { timeoutMs: 1_000 }).catch(() => {});
}
