import { runCommand } from '../base/command.ts';
import { LabError } from '../contract/index.ts';
import { parseProperties, type UdevProperties } from './udevProperties.ts';

export interface UdevAnswers {
  /** By node, such as `/dev/ttyUSB0`; nodes that udev does not know are not in it. */
  readonly byNode: ReadonlyMap<string, UdevProperties>;
  /** False: udev did not answer in time, so that what is missing may be known all the same. */
  readonly isWhole: boolean;
}

const queryTimeoutMs = 10_000;

/**
 * What udev knows of these nodes, by one `udevadm info` for all of them: fifty adapters on one hub come and go at once,
 * and fifty programs that start in the same moment are late together. Never rejects.
 */
export async function queryUdev(nodes: readonly string[]): Promise<UdevAnswers> {
  if (nodes.length === 0) return { byNode: new Map(), isWhole: true };
  try {
    // Its exit code says no more than that one of the nodes is gone, and then there is an event to come.
    const { stdout } = await runCommand(['udevadm', 'info', '-q', 'property', ...nodes], {
      timeoutMs: queryTimeoutMs,
    });
    return { byNode: recordsOf(stdout), isWhole: true };
  } catch (error) {
    // Without udev there is nothing to wait for.
    return { byNode: new Map(), isWhole: !(error instanceof LabError && error.code === 'TIMEOUT') };
  }
}

/** Each device begins with its DEVPATH; nothing stands between two. */
function recordsOf(text: string): Map<string, UdevProperties> {
  const found = new Map<string, UdevProperties>();
  for (const record of text.split(/^(?=DEVPATH=)/m)) {
    const properties = parseProperties(record);
    const node = properties.get('DEVNAME');
    if (node !== undefined) found.set(node, properties);
  }
  return found;
}
