import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLoopbackServer } from '../api/index.ts';
import { createLogger } from '../base/logger.ts';
import { LabError } from '../contract/labError.ts';
import { composeCore } from './composeCore.ts';
import { parseHeadlessArguments } from './headlessArguments.ts';
import { resourcesFolder } from './resourcesFolder.ts';
import { version } from './version.ts';

/** Of the bundle: dist/main. */
const here = dirname(fileURLToPath(import.meta.url));
/** The most a clean end may take before the process ends anyway: undoing half an installation takes a while. */
const closeWithinMs = 20_000;

/**
 * The headless host: the core in this very process, served to browsers and scripts of this machine. Resolves
 * once it is ready; the process then lives until SIGTERM or SIGINT. With `--json` stdout carries one line.
 * `program` is how it was called. Answers false where it could not start, and said why.
 */
export async function runHeadless(argv: readonly string[], program = 'npm start --'): Promise<boolean> {
  try {
    await start(argv, program);
    return true;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
    process.exitCode = 1;
    return false;
  }
}

async function start(argv: readonly string[], program: string): Promise<void> {
  const options = parseHeadlessArguments(argv, program);
  const dataDir = resolve(options.dataDir);
  const logger = createLogger(
    (line) => process.stderr.write(`${line}\n`),
    options.verbose ? 'debug' : 'info',
  );
  process.on('unhandledRejection', (error) => logger.error('unhandled rejection', { error }));

  const core = await composeCore({
    dataDir,
    host: 'headless',
    version,
    secretKey: null,
    resourcesDir: resourcesFolder(import.meta.url),
    logger,
  });
  let closing = false;
  let server: Awaited<ReturnType<typeof startLoopbackServer>> | null = null;
  const stop = () => {
    if (closing) return;
    closing = true;
    logger.info('closing');
    const timer = setTimeout(() => {
      logger.error('not closed in time');
      process.exit(1);
    }, closeWithinMs);
    void Promise.all([server?.close(), core.close()])
      .then(
        () => 0,
        (error) => {
          logger.error('closing failed', { error });
          return 1;
        },
      )
      .then((code) => {
        clearTimeout(timer);
        process.exit(code);
      });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    server = await startLoopbackServer({
      port: options.port,
      rest: core.rest,
      sockets: core.sockets,
      rendererDir: join(here, '..', 'renderer'),
      logger: logger.child('http'),
    });
  } catch (error) {
    await core.close();
    throw error;
  }
  const { url, token } = server;
  if (options.json)
    process.stdout.write(`${JSON.stringify({ url, token, socket: core.socketPath, pid: process.pid })}\n`);
  else process.stdout.write(`Labdeck is ready. Open this in your browser:\n\n  ${url}/#token=${token}\n\n`);
}
