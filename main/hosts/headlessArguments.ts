import { parseArgs } from 'node:util';
import { LabError } from '../contract/labError.ts';
import { defaultDataDir } from './dataFolder.ts';

export interface HeadlessOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly dataDir: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Throws LabError BAD_REQUEST for what it does not know; its hint says how to call `program`. */
export function parseHeadlessArguments(argv: readonly string[], program: string): HeadlessOptions {
  const values = parse(argv, program);
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new LabError('BAD_REQUEST', `--port ${values.port} is no port`, { hint: 'Give 1 to 65535.' });
  return {
    port,
    dataDir: values.data ?? process.env.LABDECK_DATA ?? defaultDataDir(),
    json: values.json ?? false,
    verbose: values.verbose ?? false,
  };
}

function parse(argv: readonly string[], program: string) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        headless: { type: 'boolean' },
        port: { type: 'string' },
        data: { type: 'string' },
        json: { type: 'boolean' },
        verbose: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw new LabError(
      'BAD_REQUEST',
      cause instanceof Error ? cause.message : String(cause),
      { hint: `Usage: ${program} --headless [--port N] [--data FOLDER] [--json] [--verbose]` },
      { cause },
    );
  }
}
