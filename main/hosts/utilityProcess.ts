import type { NodePort } from '../api/index.ts';
import { createLogger } from '../base/logger.ts';
import { LabError } from '../contract/labError.ts';
import { type Core, composeCore } from './composeCore.ts';
import type { CoreMessage, ShellMessage } from './coreMessages.ts';
import { resourcesFolder } from './resourcesFolder.ts';
import { version } from './version.ts';

/** Electron's `process.parentPort`, as far as it is used here. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: ShellMessage; ports: NodePort[] }) => void): unknown;
  postMessage(message: CoreMessage): void;
}

type StartMessage = Extract<ShellMessage, { type: 'start' }>;

const { parentPort } = process as unknown as { parentPort: ParentPort };
let core: Promise<Core> | null = null;
let running: Core | null = null;
let closing: Promise<void> | null = null;

// Ctrl+C in a terminal, and the end of a session, signal every process at once: the core must still end kindly.
process.on('SIGINT', () => void close());
process.on('SIGTERM', () => void close());

parentPort.on('message', ({ data: message, ports }) => {
  switch (message.type) {
    case 'start':
      core = start(message);
      break;
    case 'window': {
      const [control, data] = ports;
      if (control && data) core?.then((ready) => ready.serveWindow(control, data)).catch(() => {});
      break;
    }
    case 'ping':
      parentPort.postMessage({ type: 'pong', busy: running?.busy() ?? [] });
      break;
    case 'close':
      void close();
      break;
  }
});

async function start({ dataDir, verbose, secretKey }: StartMessage): Promise<Core> {
  const logger = createLogger((line) => process.stderr.write(`${line}\n`), verbose ? 'debug' : 'info');
  process.on('unhandledRejection', (error) => logger.error('unhandled rejection', { error }));
  try {
    running = await composeCore({
      dataDir,
      host: 'desktop',
      version,
      secretKey: secretKey && Buffer.from(secretKey),
      resourcesDir: resourcesFolder(import.meta.url),
      logger,
    });
    parentPort.postMessage({ type: 'ready' });
    return running;
  } catch (error) {
    const problem =
      error instanceof LabError
        ? error
        : new LabError('INTERNAL', error instanceof Error ? error.message : String(error));
    parentPort.postMessage({
      type: 'failed',
      code: problem.code,
      message: problem.message,
      hint: problem.hint ?? '',
    });
    throw error;
  }
}

function close(): Promise<void> {
  closing ??= (async () => {
    await core?.then((ready) => ready.close()).catch(() => {});
    process.exit(0);
  })();
  return closing;
}
