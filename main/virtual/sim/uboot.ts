import { ubootVersion } from './bootScript.ts';
import { memoryDump } from './memoryDump.ts';
import { type CommandTable, complains, done, findCommand, type Outcome, says } from './program.ts';

/** What U-Boot's commands see of the board. */
export interface UbootContext {
  readonly env: Map<string, string>;
  saveEnv(): void;
  /** The environment in use changed. */
  touchEnv(): void;
}

export const ubootPrompt = '=> ';

export const defaultEnv: Readonly<Record<string, string>> = {
  arch: 'sim',
  baudrate: '115200',
  board: 'labdeck-sim',
  bootargs: 'console=ttyS0,115200 root=/dev/ram0',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: U-Boot expands it, not JavaScript
  bootcmd: 'booti ${kernel_addr_r} - ${fdt_addr}',
  bootdelay: '2',
  fdt_addr: '40000000',
  kernel_addr_r: '40400000',
  ver: ubootVersion,
};

const maxEnvBytes = 8192;

const commands: CommandTable<UbootContext> = {
  bdinfo: { help: 'print board info', run: () => says(boardInfo) },
  boot: { help: "run 'bootcmd'", run: (_, { env }) => runVariables(['bootcmd'], env) },
  booti: { help: 'start the simulated kernel', run: () => ({ ok: true, jump: 'boot-kernel' }) },
  echo: { help: 'echo words', run: (args) => says(`${args.join(' ')}\n`) },
  env: { help: "'env default -a' resets the environment, 'env print', 'env save'", run: envCommand },
  false: { help: 'do nothing, fail', run: () => complains('') },
  help: { help: 'print this, or one command', run: help },
  md: { help: 'memory display: md[.b, .w, .l, .q] address [count]', run: (args) => memoryDump('md', args) },
  poweroff: {
    help: 'stop the board (its cable stays on)',
    run: () => ({ ok: true, print: 'poweroff ...\n', jump: 'halt' }),
  },
  printenv: { help: 'print environment variables', run: (args, { env }) => printEnv(args, env) },
  reset: { help: 'reset the CPU', run: () => ({ ok: true, print: 'resetting ...\n', jump: 'reset' }) },
  run: { help: 'run commands in an environment variable', run: (args, { env }) => runVariables(args, env) },
  saveenv: { help: 'save environment variables', run: (_, context) => saveEnv(context) },
  setenv: { help: 'set environment variables', run: setEnv },
  sleep: { help: 'wait for some seconds', run: sleep },
  true: { help: 'do nothing, succeed', run: () => done },
  version: { help: 'print the version', run: () => says(`${ubootVersion}\n\nsimulated in TypeScript\n`) },
};

/** Runs one command of the simulated U-Boot. Names may be cut short where that is unambiguous. */
export function runUboot(argv: readonly string[], context: UbootContext): Outcome {
  const [typed = '', ...args] = argv;
  if (typed === '') return done;
  const [name = '', width] = typed === '?' ? ['help'] : typed.split('.');
  const candidates = Object.keys(commands).filter((known) => known.startsWith(name));
  const found =
    findCommand(commands, name) ??
    (candidates.length === 1 ? findCommand(commands, candidates[0] ?? '') : undefined);
  if (!found || name === '') return complains(`Unknown command '${typed}' - try 'help'\n`);
  if (width !== undefined) return 'md'.startsWith(name) ? memoryDump(typed, args) : complains(usage(name));
  return found.run(args, context);
}

function usage(name: string): string {
  return `${name} - ${findCommand(commands, name)?.help ?? ''}\n\nUsage:\n${name}\n`;
}

function help(args: readonly string[]): Outcome {
  if (args.length > 0) {
    const unknown = args.find((name) => !findCommand(commands, name));
    if (unknown !== undefined)
      return complains(`Unknown command '${unknown}' - try 'help' without arguments for list\n`);
    return says(args.map(usage).join('\n'));
  }
  return says(
    Object.entries(commands)
      .map(([name, entry]) => `${name.padEnd(10)}- ${entry.help}\n`)
      .join(''),
  );
}

function printEnv(args: readonly string[], env: Map<string, string>): Outcome {
  if (args.length === 0) {
    const lines = [...env].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}\n`);
    const bytes = lines.join('').length;
    return says(`${lines.join('')}\nEnvironment size: ${bytes}/${maxEnvBytes} bytes\n`);
  }
  const missing = args.filter((name) => !env.has(name));
  const lines = args.map((name) =>
    env.has(name) ? `${name}=${env.get(name)}\n` : `## Error: "${name}" not defined\n`,
  );
  return { ok: missing.length === 0, print: lines.join('') };
}

function setEnv(args: readonly string[], context: UbootContext): Outcome {
  const [name, ...values] = args;
  if (name === undefined) return complains(usage('setenv'));
  if (name.includes('=')) return complains(`## Error: illegal character '=' in variable name "${name}"\n`);
  const value = values.join(' ');
  const others = [...context.env].reduce(
    (sum, [k, v]) => sum + (k === name ? 0 : k.length + v.length + 2),
    0,
  );
  if (others + name.length + value.length + 2 > maxEnvBytes)
    return complains('## Error: environment is full\n');
  if (value === '') context.env.delete(name);
  else context.env.set(name, value);
  context.touchEnv();
  return done;
}

function saveEnv(context: UbootContext): Outcome {
  context.saveEnv();
  return says('Saving Environment to Labdeck... OK\n');
}

function envCommand(args: readonly string[], context: UbootContext): Outcome {
  if (args[0] === 'print') return printEnv(args.slice(1), context.env);
  if (args[0] === 'save') return saveEnv(context);
  if (args[0] !== 'default' || args[1] !== '-a') return complains(usage('env'));
  context.env.clear();
  for (const [name, value] of Object.entries(defaultEnv)) context.env.set(name, value);
  context.touchEnv();
  return says('## Resetting to default environment\n');
}

function runVariables(names: readonly string[], env: Map<string, string>): Outcome {
  const missing = names.find((name) => !env.has(name));
  if (names.length === 0) return complains(usage('run'));
  if (missing !== undefined) return complains(`## Error: "${missing}" not defined\n`);
  return { ok: true, run: names.map((name) => env.get(name) ?? '').join('; ') };
}

function sleep(args: readonly string[]): Outcome {
  const seconds = Number(args[0] ?? Number.NaN);
  if (!Number.isFinite(seconds) || seconds < 0) return complains(usage('sleep'));
  return { ok: true, job: { kind: 'sleep', ms: Math.min(seconds, 86_400) * 1000 } };
}

const boardInfo = `boot_params = 0x0000000000000000
DRAM bank   = 0x0000000000000000
-> start    = 0x0000000040000000
-> size     = 0x0000000008000000
baudrate    = 115200 bps
relocaddr   = 0x0000000047740000
Build       = Labdeck sim
`;
