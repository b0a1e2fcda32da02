/** Where a program of the fake's reads and writes. */
export interface Io {
  readonly stdin: AsyncIterable<Buffer> | null;
  out(bytes: Buffer | string): void | Promise<void>;
  err(text: string): void;
  /** Aborted when it is killed; the reason is its exit code. */
  readonly signal: AbortSignal;
}

/** Runs one program with its arguments; resolves with its exit code. */
export type RunProgram = (argv: readonly string[], io: Io) => Promise<number>;

export interface ShellHost {
  readonly run: RunProgram;
  readonly variables: Readonly<Record<string, string>>;
  writeFile(path: string, content: Buffer): void;
}

/** As much of a shell as tests and Containerfiles of tests need: `;`, `&&`, quotes, variables, sums, `>` and `>&2`. */
export async function runScript(script: string, io: Io, host: ShellHost): Promise<number> {
  let code = 0;
  for (const list of script.split(/;|\n/)) {
    for (const command of list.split('&&')) {
      const words = split(command, host.variables);
      if (words.length === 0) continue;
      if (words[0] === 'exit') return Number(words[1] ?? code);
      code = await runCommand(words, io, host);
      if (io.signal.aborted) return Number(io.signal.reason);
      if (code !== 0) break;
    }
  }
  return code;
}

async function runCommand(words: string[], io: Io, host: ShellHost): Promise<number> {
  const toError = words.at(-1) === '>&2';
  if (toError) return host.run(words.slice(0, -1), { ...io, out: (bytes) => io.err(bytes.toString()) });
  const at = words.indexOf('>');
  if (at < 0) return host.run(words, io);
  const written: Buffer[] = [];
  const code = await host.run(words.slice(0, at), {
    ...io,
    out: (bytes) => void written.push(Buffer.from(bytes)),
  });
  host.writeFile(words[at + 1] ?? '', Buffer.concat(written));
  return code;
}

function split(command: string, variables: Readonly<Record<string, string>>): string[] {
  const words: string[] = [];
  for (const [word, single, double] of command.matchAll(/'([^']*)'|"([^"]*)"|\$\(\([^)]*\)\)|[^\s'"]+/g))
    words.push(single ?? expand(double ?? word, variables));
  return words;
}

function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text
    .replace(/\$\(\((\d+)\+(\d+)\)\)/g, (_, a: string, b: string) => String(Number(a) + Number(b)))
    .replace(/\$\{?(\w+)\}?/g, (_, name: string) => variables[name] ?? '');
}

/** Whether all of a script is within what runs here. */
export function isSimple(script: string): boolean {
  const known = ['echo', 'sleep', 'exit', 'true', 'false', 'cat'];
  return script.split(/;|\n|&&/).every((command) => known.includes(command.trim().split(/\s/)[0] ?? ''));
}
