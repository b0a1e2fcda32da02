/** Options that stand alone; all others have a value. */
const switches = new Set(
  '--all --external --no-trunc --quiet --force --ignore --volumes --force-rm --interactive -i -a -q -f'.split(
    ' ',
  ),
);

export interface ReadArgs {
  /** Of an option that may come more than once. */
  all(name: string): string[];
  one(name: string): string | null;
  has(name: string): boolean;
  readonly rest: readonly string[];
}

/** Reads options up to the first argument, as podman does for what runs programs, or anywhere among them. */
export function readArgs(args: readonly string[], { untilFirst = false } = {}): ReadArgs {
  const options: [string, string][] = [];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (!arg.startsWith('-') || (untilFirst && rest.length > 0)) rest.push(arg);
    else if (arg.includes('=') && arg.startsWith('--'))
      options.push([arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]);
    else if (switches.has(arg)) options.push([arg, '']);
    else {
      at += 1;
      options.push([arg, args[at] ?? '']);
    }
  }
  const all = (name: string) => options.filter(([option]) => option === name).map(([, value]) => value);
  return { all, one: (name) => all(name)[0] ?? null, has: (name) => all(name).length > 0, rest };
}

/** `name=value` as an entry. */
export function pairs(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    values.map((value) => [value.slice(0, value.indexOf('=')), value.slice(value.indexOf('=') + 1)]),
  );
}
