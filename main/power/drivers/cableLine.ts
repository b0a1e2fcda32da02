import { autoDetect } from '@serialport/bindings-cpp';
import { keepDtrOnClose } from '../../base/hupcl.ts';

/** An open cable: for one command, then closed. */
export interface CableLine {
  /** Resolves once every byte has left the kernel; rejects when it broke, or with the signal's reason. */
  send(text: string, signal: AbortSignal): Promise<void>;
  /** Never rejects; what has not left by now never will. */
  close(): Promise<void>;
}

/** What we use of serialport's binding (its own types are hidden by their package). */
interface Binding {
  write(bytes: Buffer): Promise<void>;
  drain(): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Lets a write that waits for room go on. */
  readonly poller: { stop(): void };
}

/**
 * serialport throws away what is still in the kernel when it sets a standard rate, but not when it sets another. A
 * real cable has its byte by then (drain waits for the USB acknowledge); behind a pty (a tunnel to another machine)
 * the last command may still wait to be read, and would be lost. Neither device cares for the rate.
 */
const rateFor = (device: string) => (device.startsWith('/dev/pts/') ? 115_201 : 115_200);

/**
 * Opens the cable's node for us alone (flock, so that another Labdeck or picocom is noticed). Opening writes
 * nothing. DTR stays up on close: a cable that resets on a falling DTR would switch its board off with it. Rejects
 * with whatever the system says, or with the signal's reason.
 */
export async function openCableLine(device: string, signal: AbortSignal): Promise<CableLine> {
  const opening: Promise<Binding> = autoDetect().open({
    path: device,
    baudRate: rateFor(device),
    hupcl: false,
    lock: true,
  });
  const binding = await orAborted(opening, signal).catch((error: unknown) => {
    // An open that answers late must not leave the port held.
    opening.then((late) => late.close()).catch(() => {});
    throw error;
  });
  await keepDtrOnClose(device);
  return {
    async send(text, sendSignal) {
      const work = binding.write(Buffer.from(text, 'latin1')).then(() => binding.drain());
      try {
        await orAborted(work, sendSignal);
      } catch (error) {
        work.catch(() => {});
        // What is stuck must not leave, and switch power, some time later. In this order: the flush makes room, and
        // a write that still waited for room would take it.
        binding.poller.stop();
        await binding.flush().catch(() => {});
        throw error;
      }
    },
    async close() {
      await binding.close().catch(() => {});
    },
  };
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
