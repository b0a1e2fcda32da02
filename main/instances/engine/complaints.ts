import type { CommandOutcome } from '../../base/command.ts';
import { LabError, type LabErrorCode } from '../../contract/index.ts';

interface Complaint {
  readonly says: RegExp;
  readonly code: LabErrorCode;
  readonly message: string;
  readonly hint: string;
}

/**
 * What an engine's complaint means. Neither podman nor docker tells causes apart in any other way than by words on
 * standard error: this table is the only place where they are read. The first that fits counts.
 */
const complaints: readonly Complaint[] = [
  {
    says: /address already in use|port is already allocated|ports are not available/i,
    code: 'CONFLICT',
    message: 'A port is taken by another program',
    hint: 'Choose another port, or end the program that has it.',
  },
  {
    says: /no space left on device|disk quota exceeded/i,
    code: 'DISK_FULL',
    message: 'The disk with images and volumes is full',
    hint: 'Free some disk space, or remove images that are no longer used.',
  },
  {
    says: /container name .* is already in use|volume .* already exists|volume already exists/i,
    code: 'CONFLICT',
    message: 'The name is taken in the container engine',
    hint: 'Choose another name.',
  },
  {
    says: /image is in use by|image used by|is using its referenced image|has dependent child|image is being used|conflict: unable to (delete|remove)/i,
    code: 'CONFLICT',
    message: 'The image is used by a container',
    hint: 'Remove the instances made from it first.',
  },
  {
    says: /volume is (in use|being used)|volumes? .*being used by/i,
    code: 'CONFLICT',
    message: 'The volume is used by a container',
    hint: 'Remove that container first.',
  },
  {
    says: /container state improper|is not running|cannot exec in a stopped/i,
    code: 'CONFLICT',
    message: 'The container is not running',
    hint: 'Start it first.',
  },
  {
    says: /cannot connect to the docker daemon|is the docker daemon running/i,
    code: 'COMMAND_FAILED',
    message: 'The docker daemon is not running',
    hint: 'Start it: sudo systemctl start docker',
  },
  {
    says: /permission denied while trying to connect|dial unix .*permission denied/i,
    code: 'PERMISSION_DENIED',
    message: 'You may not use the container engine',
    hint: 'Add yourself to its group, then log in again: sudo usermod -aG docker $USER',
  },
  {
    says: /no such (container|image|volume|object)|image not known|no container with name or id|manifest unknown|name unknown|repository does not exist|pull access denied/i,
    code: 'NOT_FOUND',
    message: 'The container engine does not know that',
    hint: 'It may have been removed in the meantime.',
  },
  {
    says: /no such host|temporary failure in name resolution|network is unreachable|connection refused|i\/o timeout|pinging container registry|error pinging/i,
    code: 'COMMAND_FAILED',
    message: 'A server on the network could not be reached',
    hint: 'Check the network connection, then try again.',
  },
];

const portTexts = [
  /:(\d{1,5}):? (?:bind|listen)/g,
  /:(\d{1,5})(?: failed|: port is already)/g,
  /port (\d{1,5})\b/g,
];

/** What an engine's command that failed means. `details` has argv, exit code and the end of standard error. */
export function toEngineError({ argv, exitCode, stdout, stderr }: Omit<CommandOutcome, 'endedBy'>): LabError {
  const said = stderr.trim() === '' ? stdout : stderr;
  const details = { argv, exitCode, stderr: said.slice(-2000) };
  const found = complaints.find(({ says }) => says.test(said));
  if (!found)
    return new LabError('COMMAND_FAILED', lastWords(said) ?? `${argv[0]} failed (${exitCode ?? 'killed'})`, {
      details,
    });
  const port = portIn(said);
  const isPort = found === complaints[0] && port !== null;
  return new LabError(found.code, isPort ? `Port ${port} is taken by another program` : found.message, {
    hint: found.hint,
    details: isPort ? { ...details, port } : details,
  });
}

function portIn(said: string): number | null {
  for (const text of portTexts) {
    for (const [, digits] of said.matchAll(text)) {
      const port = Number(digits);
      if (port > 0 && port < 65_536) return port;
    }
  }
  return null;
}

/** The last line that is a complaint, without the engine's "Error:" before it. */
function lastWords(said: string): string | null {
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line = lines.findLast((text) => /^error/i.test(text)) ?? lines.at(-1);
  return line === undefined ? null : line.replace(/^error:? */i, '').slice(0, 300);
}
