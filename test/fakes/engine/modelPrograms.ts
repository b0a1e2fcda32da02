import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineModel, ModelContainer } from './engineModel.ts';
import { runFakeTerminal } from './fakeTerminal.ts';
import { type Io, runScript } from './miniShell.ts';
import { shellHost } from './modelShell.ts';

/** The programs that are in every container of the fake's. Resolves with the exit code. */
export async function runIn(
  model: EngineModel,
  container: ModelContainer,
  argv: readonly string[],
  io: Io,
  pid: number,
): Promise<number> {
  const [program = '', ...args] = argv;
  switch (program) {
    case 'true':
      return 0;
    case 'false':
      return 1;
    case 'echo':
      await io.out(`${args.join(' ')}\n`);
      return 0;
    case 'sleep':
      await sleep(Number(args[0]) * 1000, undefined, { signal: io.signal, ref: false }).catch(() => {});
      return io.signal.aborted ? Number(io.signal.reason) : 0;
    case 'cat':
      return cat(model, container, args[0], io);
    case 'ps':
      for (const [id, process] of container.processes) await io.out(`${id} ${process.argv.join(' ')}\n`);
      return 0;
    case 'labctl':
      return runLabctl(container, args, io);
    case 'exec':
      return runIn(model, container, args, io, pid);
    case 'python3':
      // The program around a terminal; what is in it comes after its size.
      return runFakeTerminal(model, container, args.slice(args.indexOf('-c') + 2), io);
    case 'sh':
    case 'bash':
      return args[0] === '-c' ? runShell(model, container, args.slice(1), io, pid) : 0;
    default:
      io.err(`sh: exec: ${program}: not found\n`);
      return 127;
  }
}

async function cat(
  model: EngineModel,
  container: ModelContainer,
  file: string | undefined,
  io: Io,
): Promise<number> {
  if (file === undefined) {
    for await (const bytes of io.stdin ?? []) {
      if (io.signal.aborted) break;
      await io.out(bytes);
    }
    return io.signal.aborted ? Number(io.signal.reason) : 0;
  }
  const content = await model.readFile(container, file);
  if (content) await io.out(content);
  else io.err(`cat: can't open '${file}': No such file or directory\n`);
  return content ? 0 : 1;
}

async function runLabctl(container: ModelContainer, args: readonly string[], io: Io): Promise<number> {
  if (container.instance) return container.instance.labctl(args[0] ?? '', io);
  io.err('sh: exec: labctl: not found\n');
  return 127;
}

async function runShell(
  model: EngineModel,
  container: ModelContainer,
  [script = '', name = '', ...args]: readonly string[],
  io: Io,
  pid: number,
): Promise<number> {
  // The two scripts with which Labdeck starts programs, and ends those it gave up.
  if (script.startsWith('echo "labdeck-pid:$$"')) {
    io.err(`labdeck-pid:${pid}\n`);
    return runIn(model, container, args, io, pid);
  }
  if (script.startsWith('kill -TERM -- "-$0"')) {
    container.processes.get(Number(name))?.end.abort(143);
    return 0;
  }
  return runScript(script, io, shellHost(model, container));
}
