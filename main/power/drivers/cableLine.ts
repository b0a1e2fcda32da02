import { autoDetect } from '@serialport/bindings-cpp';

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
}

/**
 * Opens the cable's node for us alone (flock, so that another Labdeck or picocom is noticed). DTR stays up on
 * close (`hupcl: false`): a cable that resets on a falling DTR would switch its board off with it.
 * Opening writes nothing. Rejects with whatever the system says, or with the signal's reason.
 */
export async function openCableLine(device: string, signal: AbortSignal): Promise<CableLine> {
  const opening: Promise<Binding> = autoDetect().open({
    path: device,
    baudRate: 115_200,
    hupcl: false,
    lock: true,
  });
  const binding = await orAborted(opening, signal).catch((error: unknown) => {
    // An open that answers late must not leave the port held.
    opening.then((late) => late.close()).catch(() => {});
    throw error;
  });
  return {
    async send(text, sendSignal) {
      const work = binding.write(Buffer.from(text, 'latin1')).then(() => binding.drain());
      try {
        await orAborted(work, sendSignal);
      } catch (error) {
        work.catch(() => {});
        // Drops what is stuck in the kernel: else it would leave, and switch power, some time later.
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
