import { spawn } from 'node:child_process';
import { PassThrough, Writable } from 'node:stream';
import type { TerminalProcess } from './engine.ts';
import type { EngineCli } from './engineCli.ts';
import { resizeFrame, terminalProgram, typedFrames } from './terminalProgram.ts';

/** The program in the container gets three times a second to end after its terminal went. */
const killAfterMs = 5_000;
/** Everything that can say how to draw on a terminal is told the one that the window emulates. */
const terminalEnv = ['--env', 'TERM=xterm-256color', '--env', 'COLORTERM=truecolor', '--env', 'LANG=C.UTF-8'];

export function openTerminal(
  cli: EngineCli,
  container: string,
  argv: readonly string[],
  size: { columns: number; rows: number },
): TerminalProcess {
  const inside = ['python3', '-I', '-S', '-c', terminalProgram, `${size.columns}`, `${size.rows}`, ...argv];
  const args = ['exec', '--interactive', ...terminalEnv, container, ...inside];
  const [program, ...rest] = cli.tethered(cli.argv(args));
  const child = spawn(program, rest, { cwd: '/', env: cli.env, stdio: 'pipe', detached: true });
  const output = new PassThrough();
  child.stdout.pipe(output, { end: false });
  // The engine's own complaint (no such container) is what a person should see there.
  child.stderr.pipe(output, { end: false });
  child.stdin.on('error', () => {});
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      output.end(`${error.message}\r\n`);
      resolve(null);
    });
    child.once('close', (code) => {
      output.end();
      resolve(code);
    });
  });
  let insist: NodeJS.Timeout | null = null;
  const kill = () => {
    child.stdin.end();
    insist ??= setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  void exited.then(() => insist && clearTimeout(insist));
  return {
    output,
    input: new Writable({
      write: (bytes: Buffer, _encoding, done) => {
        child.stdin.write(typedFrames(bytes), () => done());
      },
      final: (done) => {
        kill();
        done();
      },
    }),
    resize: async (columns, rows) => {
      if (child.stdin.writable) child.stdin.write(resizeFrame(columns, rows));
    },
    exited,
    kill,
  };
}
