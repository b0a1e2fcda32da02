import { kernelBuild, kernelLine, kernelLog, kernelVersion } from './bootScript.ts';
import { absolutePath, listVirtualFolder, readVirtualFile } from './linuxFiles.ts';
import { type CommandTable, complains, done, findCommand, type Outcome, says } from './program.ts';

/** What the shell's commands see of the board. */
export interface LinuxContext {
  readonly nowMs: number;
  readonly uptimeMs: number;
}

export const linuxPrompt = 'root@sim:~# ';
export const loginPrompt = 'sim login: ';

const commands: CommandTable<LinuxContext> = {
  cat: { help: 'print files', run: cat },
  date: { help: 'print the time (UTC)', run: (_, { nowMs }) => says(`${new Date(nowMs).toUTCString()}\n`) },
  dmesg: { help: 'print the kernel log', run: () => says(kernelLog.join('')) },
  echo: { help: 'print words', run: echo },
  exit: { help: 'log out', run: () => ({ ok: true, jump: 'log-out' }) },
  false: { help: 'do nothing, fail', run: () => complains('') },
  help: { help: 'print this', run: help },
  hostname: { help: 'print the name of the board', run: () => says('sim\n') },
  ls: { help: 'list folders', run: list },
  poweroff: { help: 'stop the board (its cable stays on)', run: (_, context) => halt(context) },
  ps: { help: 'list processes', run: () => says(processes) },
  pwd: { help: 'print the current folder', run: () => says('/root\n') },
  reboot: { help: 'restart through the bootloader', run: (_, context) => reboot(context) },
  sleep: { help: 'wait for some seconds', run: sleep },
  true: { help: 'do nothing, succeed', run: () => done },
  uname: { help: 'print the system name (-a: all)', run: uname },
  uptime: { help: 'print how long the board runs', run: (_, context) => says(uptime(context)) },
  whoami: { help: 'print the user', run: () => says('root\n') },
  yes: { help: 'print a word until Ctrl-C', run: yes },
};

/** Runs one command of the simulated shell, with its `> file` if it has one. */
export function runLinux(argv: readonly string[], context: LinuxContext): Outcome {
  const redirect = argv.findIndex((word) => /^>>?/.test(word));
  const [name, ...args] = redirect < 0 ? argv : argv.slice(0, redirect);
  if (name === undefined) return done;
  const command = findCommand(commands, name);
  if (!command) return complains(`sh: ${name}: not found\n`);
  const outcome = command.run(args, context);
  if (redirect < 0) return outcome;
  const target = argv.slice(redirect).join('').replace(/^>+/, '');
  return writeTo(absolutePath(target), outcome, context);
}

function writeTo(path: string, outcome: Outcome, { uptimeMs }: LinuxContext): Outcome {
  if (path === '/dev/null') return { ok: outcome.ok };
  if (path !== '/proc/sysrq-trigger') return complains(`sh: can't create ${path}: Read-only file system\n`);
  const key = outcome.print?.charAt(0);
  if (key === 'b') return { ok: true, print: kernelLine(uptimeMs, 'sysrq: Resetting'), jump: 'restart' };
  if (key === 'c') return { ok: true, print: panicText(uptimeMs), jump: 'panic' };
  return says(kernelLine(uptimeMs, 'sysrq: HELP : reboot(b) crash(c)'));
}

function panicText(uptimeMs: number): string {
  return [
    'sysrq: Trigger a crash',
    'Kernel panic - not syncing: sysrq triggered crash',
    `CPU: 0 PID: 1 Comm: sh Not tainted ${kernelVersion} ${kernelBuild}`,
    'Hardware name: Labdeck simulated board',
    'Call trace:',
    ' panic+0x0/0x0 (simulated)',
    ' sysrq_handle_crash+0x0/0x0 (simulated)',
    '---[ end Kernel panic - not syncing: sysrq triggered crash ]---',
    'Rebooting in 5 seconds..',
  ]
    .map((text) => kernelLine(uptimeMs, text))
    .join('');
}

function cat(args: readonly string[], context: LinuxContext): Outcome {
  let print = '';
  let ok = true;
  for (const arg of args) {
    const text = readVirtualFile(absolutePath(arg), context);
    if (text === null) ok = false;
    print += text ?? `cat: can't open '${arg}': No such file or directory\n`;
  }
  return { ok, print };
}

function list(args: readonly string[]): Outcome {
  const [path = '.'] = args.filter((arg) => !arg.startsWith('-'));
  const names = listVirtualFolder(absolutePath(path));
  if (!names) return complains(`ls: ${path}: No such file or directory\n`);
  return says(names.map((name) => `${name}\n`).join(''));
}

function echo(args: readonly string[]): Outcome {
  return args[0] === '-n' ? says(args.slice(1).join(' ')) : says(`${args.join(' ')}\n`);
}

function help(): Outcome {
  return says(
    Object.entries(commands)
      .map(([name, entry]) => `${name.padEnd(10)}${entry.help}\n`)
      .join(''),
  );
}

function uname(args: readonly string[]): Outcome {
  if (args.includes('-a')) return says(`Linux sim ${kernelVersion} ${kernelBuild} simulated\n`);
  return says(args.includes('-r') ? `${kernelVersion}\n` : 'Linux\n');
}

function uptime({ nowMs, uptimeMs }: LinuxContext): string {
  const minutes = Math.floor(uptimeMs / 60_000);
  const up =
    minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return ` ${new Date(nowMs).toISOString().slice(11, 19)} up ${up},  load average: 0.00, 0.00, 0.00\n`;
}

function yes(args: readonly string[]): Outcome {
  const line = `${args.length > 0 ? args.join(' ') : 'y'}\n`;
  // Some lines at a time: a UART of 115200 baud takes 230 bytes per tick.
  const block = line.repeat(Math.max(1, Math.floor(256 / line.length)));
  return { ok: true, job: { kind: 'stream', next: () => block } };
}

function sleep(args: readonly string[]): Outcome {
  const seconds = Number(args[0] ?? Number.NaN);
  if (!Number.isFinite(seconds) || seconds < 0)
    return complains(`sleep: invalid number '${args[0] ?? ''}'\n`);
  return { ok: true, job: { kind: 'sleep', ms: Math.min(seconds, 86_400) * 1000 } };
}

function reboot({ uptimeMs }: LinuxContext): Outcome {
  const print = `The system is going down NOW!\nRequesting system reboot\n${kernelLine(uptimeMs, 'reboot: Restarting system')}`;
  return { ok: true, print, jump: 'restart' };
}

function halt({ uptimeMs }: LinuxContext): Outcome {
  const print = `The system is going down NOW!\nRequesting system poweroff\n${kernelLine(uptimeMs, 'reboot: Power down')}`;
  return { ok: true, print, jump: 'halt' };
}

const processes = `PID   USER     COMMAND
    1 root     init
    2 root     [kthreadd]
   17 root     [simulated]
   42 root     syslogd -n
   57 root     -sh
   58 root     ps
`;
