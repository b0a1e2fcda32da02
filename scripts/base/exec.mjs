import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { stripVTControlCharacters } from 'node:util';

const isWindows = process.platform === 'win32';
const killGraceMs = 5000;

/** Children still running, so that none outlives the runner. @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Signals a child and everything it started. Children lead their own process group (see `exec`), so a hanging
 * grandchild, a browser for instance, is reached too.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function killTree(child, signal) {
  if (child.pid === undefined || child.pid <= 1) return;
  try {
    if (isWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Already gone.
  }
}

/**
 * Makes sure `child` ends with the runner. Call once per child started outside `exec`.
 * @param {import('node:child_process').ChildProcess} child
 */
export function endWithRunner(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

let guarded = false;
function guardOnce() {
  if (guarded) return;
  guarded = true;
  // Own process groups do not see the terminal's Ctrl-C: pass it on, then leave as the signal would have made us.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (running.size === 0 && process.listenerCount(signal) > 1) return;
      for (const child of running) killTree(child, 'SIGTERM');
      if (process.listenerCount(signal) === 1)
        setTimeout(() => process.exit(128 + constants.signals[signal]), 200);
    });
  }
  process.on('exit', () => {
    for (const child of running) killTree(child, 'SIGKILL');
  });
}

/**
 * @typedef {object} ExecOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] complete environment; the runner's own when left out
 * @property {number} timeoutMs after this the whole process group is ended
 * @property {'capture' | 'toStderr' | 'inherit'} [output] `toStderr` shows everything as it comes, without touching stdout
 */

/**
 * @typedef {object} ExecResult
 * @property {number} code exit code; 128 + signal when killed; 127 when the program is not there
 * @property {boolean} timedOut
 * @property {string} stdout empty unless captured
 * @property {string} stderr empty unless captured
 */

/**
 * Colors are for terminals; some test runners use them in any case.
 * @param {string} output
 */
function plainText(output) {
  return output !== 'capture' && process.stdout.isTTY ? {} : { NO_COLOR: '1' };
}

/**
 * Runs a program to its end. Never rejects for a failing program: look at `code`.
 * @param {string[]} argv program and its arguments
 * @param {ExecOptions} options
 * @returns {Promise<ExecResult>}
 */
export function exec(argv, options) {
  guardOnce();
  const [program = '', ...args] = argv;
  const output = options.output ?? 'capture';
  /** @type {import('node:child_process').StdioOptions} */
  const stdio =
    output === 'inherit'
      ? ['ignore', 'inherit', 'inherit']
      : output === 'toStderr'
        ? ['ignore', 2, 2]
        : ['ignore', 'pipe', 'pipe'];
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...plainText(output), ...(options.env ?? process.env) },
      stdio,
      detached: !isWindows,
      windowsHide: true,
    });
    endWithRunner(child);
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const deadline = setTimeout(() => {
      timedOut = true;
      killTree(child, 'SIGTERM');
      setTimeout(() => killTree(child, 'SIGKILL'), killGraceMs).unref();
    }, options.timeoutMs);
    child.once('error', (error) => {
      clearTimeout(deadline);
      running.delete(child);
      resolve({ code: 127, timedOut, stdout, stderr: `${stderr}${error.message}\n` });
    });
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      const killed = signal ? 128 + (constants.signals[signal] ?? 0) : 1;
      resolve({ code: code ?? killed, timedOut, stdout, stderr });
    });
  });
}

/**
 * The last lines of what a program said, for an error message.
 * @param {ExecResult} result
 * @param {number} [chars]
 */
export function tailOf(result, chars = 4000) {
  // Some tools color their complaints even into a pipe.
  const text = stripVTControlCharacters(`${result.stdout}${result.stderr}`).trim();
  return text.length > chars ? `...${text.slice(-chars)}` : text;
}
