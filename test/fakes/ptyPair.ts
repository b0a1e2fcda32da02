import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Two ends of a line: what is written to one node is read from the other. */
export interface PtyPair {
  /** Stable links; the nodes behind them are /dev/pts/N. */
  readonly a: string;
  readonly b: string;
  /** As when the adapter is unplugged: links and nodes go, who has them open gets EIO. */
  close(): Promise<void>;
}

/** One pty whose far end is this test. */
export interface FakeTty {
  readonly device: string;
  /** Says what the device would say. */
  print(bytes: Uint8Array | string): void;
  onData(listener: (bytes: Buffer) => void): void;
  /** Stops, and lets go on, whoever carries the bytes: the device hangs meanwhile. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Makes a pair with socat; rejects when its links do not appear within five seconds. */
export async function openPtyPair(a: string, b: string): Promise<PtyPair> {
  const socat = startSocat([ptyAt(a), ptyAt(b)]);
  await appear([a, b], socat);
  return { a, b, close: () => end(socat) };
}

/** Makes one pty at the link `device`; rejects when it does not appear within five seconds. */
export async function openFakeTty(device: string): Promise<FakeTty> {
  const socat = startSocat([ptyAt(device), '-']);
  await appear([device], socat);
  return {
    device,
    print: (bytes) => void socat.stdin.write(bytes),
    onData: (listener) => void socat.stdout.on('data', listener),
    freeze: () => stop(socat),
    thaw: () => void socat.kill('SIGCONT'),
    close: () => end(socat),
  };
}

function ptyAt(link: string): string {
  return `pty,raw,echo=0,link=${link}`;
}

function startSocat(addresses: string[]): ChildProcessWithoutNullStreams {
  const socat = spawn('socat', addresses, { stdio: 'pipe' });
  socat.on('error', () => {});
  socat.stdin.on('error', () => {});
  socat.stderr.resume();
  return socat;
}

async function appear(links: string[], socat: ChildProcessWithoutNullStreams): Promise<void> {
  const deadlineMs = performance.now() + 5000;
  while (!links.every((link) => existsSync(link))) {
    if (performance.now() > deadlineMs || socat.exitCode !== null || socat.pid === undefined) {
      await end(socat);
      throw new Error(`socat made no pty at ${links.join(', ')}`);
    }
    await sleep(10);
  }
}

/** A stop signal is only sent; who counts on it has to see that it has arrived. */
function stop(socat: ChildProcessWithoutNullStreams): void {
  socat.kill('SIGSTOP');
  const deadlineMs = performance.now() + 2000;
  while (!/^State:\s+T/m.test(readFileSync(`/proc/${socat.pid}/status`, 'utf8')))
    if (performance.now() > deadlineMs) throw new Error('socat did not stop');
}

function end(socat: ChildProcessWithoutNullStreams): Promise<void> {
  if (socat.pid === undefined || socat.exitCode !== null || socat.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => {
    socat.once('exit', () => resolve());
    // SIGTERM, not SIGKILL: socat then removes its links, as udev does when a device leaves. And before SIGCONT:
    // one that was frozen must not carry a last byte.
    socat.kill('SIGTERM');
    socat.kill('SIGCONT');
    setTimeout(() => socat.kill('SIGKILL'), 2000).unref();
  });
}
