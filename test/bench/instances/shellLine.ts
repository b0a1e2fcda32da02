/** A command as a line of a shell script, each argument as it is. */
export function shellLine(argv: readonly string[]): string {
  return argv
    .map((arg) => (/^[\w./:=,@%+-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
