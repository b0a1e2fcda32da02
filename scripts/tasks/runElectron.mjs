import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { endWithRunner, killTree } from '../base/exec.mjs';
import { root } from '../base/paths.mjs';
import { RunnerError } from '../base/runnerError.mjs';

// npm and the terminal both deliver one Ctrl-C; only a second one means it.
const sameKeyPressMs = 1000;

/**
 * Runs the app and waits for its end. SIGINT and SIGTERM ask it to quit; a second one insists.
 * @param {string} electron executable
 * @param {string[]} args for the app
 * @returns {Promise<number>} exit code
 */
export function runElectron(electron, args) {
  // Chromium's sandbox refuses to run as root.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const child = spawn(electron, [...(asRoot ? ['--no-sandbox'] : []), root, ...args], {
    cwd: root,
    stdio: 'inherit',
    detached: process.platform !== 'win32',
  });
  endWithRunner(child);
  let firstAtMs = 0;
  const forward = () => {
    if (firstAtMs === 0) {
      firstAtMs = Date.now();
      // The main process alone: it ends its helpers in order.
      child.kill('SIGTERM');
    } else if (Date.now() - firstAtMs > sameKeyPressMs) {
      killTree(child, 'SIGKILL');
    }
  };
  process.on('SIGINT', forward).on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new RunnerError(`Electron could not be started: ${error.message}`)),
    );
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
