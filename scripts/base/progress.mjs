// Everything here goes to stderr: stdout belongs to the headless host's one JSON line and to test results.

const frames = ['-', '\\', '|', '/'];
const tickMs = 120;

/** Work under way, in the order it began; the spinner shows all of it on one line. @type {Set<string>} */
const active = new Set();
/** @type {NodeJS.Timeout | undefined} */
let ticker;
let frame = 0;

function clearSpinner() {
  if (ticker) process.stderr.write('\r\x1b[K');
}

function drawSpinner() {
  const width = (process.stderr.columns ?? 80) - 1;
  frame = (frame + 1) % frames.length;
  process.stderr.write(`\r\x1b[K${`${frames[frame]} ${[...active].join(', ')} ...`.slice(0, width)}`);
}

/**
 * Prints one line for the person who waits.
 * @param {string} line
 */
export function note(line) {
  clearSpinner();
  process.stderr.write(`labdeck: ${line}\n`);
}

/**
 * Seconds with one decimal, for people.
 * @param {number} ms
 */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * Runs `work` with a line at its start and one at its end, and a spinner on a terminal.
 * @template T
 * @param {string} label what is being done, lower case ("installing packages")
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(label, work) {
  const startMs = Date.now();
  const spins = process.stderr.isTTY === true;
  if (!spins) note(`${label} ...`);
  active.add(label);
  if (spins) ticker ??= setInterval(drawSpinner, tickMs);
  /** @param {string} outcome */
  const finish = (outcome) => {
    active.delete(label);
    clearSpinner();
    if (active.size === 0) {
      clearInterval(ticker);
      ticker = undefined;
    }
    note(`${label}: ${outcome} ${seconds(Date.now() - startMs)}`);
  };
  try {
    const result = await work();
    finish('done in');
    return result;
  } catch (error) {
    finish('failed after');
    throw error;
  }
}
