import { RunnerError } from '../base/runnerError.mjs';

const oldest = { major: 20, minor: 19 };

/**
 * Whether this Node is new enough for the build tools and the headless host.
 * @param {string} version like `20.19.4`
 */
export function isSupportedNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

/** Throws a RunnerError that names the version found and the one needed. */
export function requireNode() {
  if (isSupportedNode(process.versions.node)) return;
  throw new RunnerError(
    `Node ${process.versions.node} is too old; Labdeck needs ${oldest.major}.${oldest.minor} or newer`,
    'Install a current Node.js (your distribution, nvm, fnm or volta), open a new shell and run the command again.',
  );
}
