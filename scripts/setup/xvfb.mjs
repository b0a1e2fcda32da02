import { spawn } from 'node:child_process';
import { endWithRunner, killTree } from '../base/exec.mjs';
import { RunnerError } from '../base/runnerError.mjs';

const startTimeoutMs = 20_000;

/**
 * Starts a virtual X display on a free number. It stays for the whole run: xvfb-run, which makes one per
 * command, hangs where it is the first process of a container.
 * @returns {Promise<{ display: string, stop: () => void }>} `display` as DISPLAY wants it
 */
export function startXvfb() {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'Xvfb',
      ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'],
      {
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    endWithRunner(child);
    let errors = '';
    /** @param {string} why */
    const fail = (why) => {
      clearTimeout(deadline);
      killTree(child, 'SIGKILL');
      reject(new RunnerError(`no virtual display: ${why}`, 'Install xvfb (apt-get install xvfb).'));
    };
    const deadline = setTimeout(() => fail(`Xvfb was not ready in time\n${errors}`), startTimeoutMs);
    child.once('error', (error) => fail(error.message));
    child.once('exit', () => fail(`Xvfb ended\n${errors}`));
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      errors = `${errors}${text}`.slice(-2000);
    });
    let number = '';
    const ready = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
    ready.setEncoding('utf8').on('data', (text) => {
      number += text;
      if (!number.includes('\n')) return;
      clearTimeout(deadline);
      child.unref();
      resolve({ display: `:${number.trim()}`, stop: () => killTree(child, 'SIGTERM') });
    });
  });
}
