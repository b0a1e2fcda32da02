export interface ShellArguments {
  /** null: the usual place. */
  readonly dataDir: string | null;
  readonly verbose: boolean;
}

/** Reads our own options out of an argv that also holds Electron's and Chromium's. */
export function parseShellArguments(argv: readonly string[]): ShellArguments {
  const at = argv.indexOf('--data');
  const inline = argv.find((argument) => argument.startsWith('--data='))?.slice('--data='.length);
  const dataDir = inline ?? (at < 0 ? undefined : argv[at + 1]);
  return { dataDir: dataDir || null, verbose: argv.includes('--verbose') };
}
