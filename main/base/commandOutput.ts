import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { LabError } from '../contract/labError.ts';
import type { CommandOptions } from './command.ts';
import type { CommandGroup } from './commandGroup.ts';
import { errnoOf, messageOf } from './errno.ts';
import { LineSplitter } from './lineSplitter.ts';

/** What the program left behind and still holds its output is not waited for longer than this after its end. */
const lastOutputMs = 500;
const defaultMaxBytes = 16 * 1024 * 1024;

/** What it prints, once it has ended and all of that has arrived where it goes. */
export function collect(
  child: ChildProcess,
  options: CommandOptions,
  group: CommandGroup,
): Promise<{ stdout: string; stderr: string }> {
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const kept = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (!stream) continue;
    if (name === 'stdout' && options.stdout) {
      options.stdout.on('error', (cause) => group.end(notTaken(cause)));
      stream.pipe(options.stdout);
      continue;
    }
    const lines = options.onLine ? new LineSplitter(options.onLine) : null;
    let keptBytes = 0;
    stream.on('data', (bytes: Buffer) => {
      lines?.push(bytes);
      const room = maxBytes - keptBytes;
      if (room <= 0) return;
      kept[name].push(bytes.subarray(0, room));
      keptBytes += Math.min(bytes.length, room);
    });
    stream.on('error', () => {});
    stream.on('close', () => lines?.end());
  }
  const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
  return new Promise((resolve) => {
    const tell = () => {
      resolve({ stdout: text(kept.stdout), stderr: text(kept.stderr) });
      child.stderr?.destroy();
      if (!options.stdout) child.stdout?.destroy();
    };
    const done = () => {
      if (!options.stdout || group.ending) tell();
      else void finished(options.stdout, { readable: false }).then(tell, tell);
    };
    child.once('error', done);
    child.once('exit', () => {
      // What is streamed to somebody is as long as it is slow: that is waited for.
      const timer = options.stdout ? null : setTimeout(done, lastOutputMs);
      child.once('close', () => {
        if (timer) clearTimeout(timer);
        done();
      });
    });
  });
}

export function feed(child: ChildProcess, stdin: string | Readable | undefined, group: CommandGroup): void {
  if (!child.stdin || stdin === undefined) return;
  // A program that does not read what it is given says with its exit code what became of it.
  child.stdin.on('error', () => {});
  if (typeof stdin === 'string') child.stdin.end(stdin);
  else {
    stdin.on('error', (cause) => group.end(cause));
    stdin.pipe(child.stdin);
  }
}

function notTaken(cause: Error): LabError {
  const isFull = errnoOf(cause) === 'ENOSPC' || errnoOf(cause) === 'EDQUOT';
  const message = isFull ? 'The disk is full' : `The output could not be written: ${messageOf(cause)}`;
  return new LabError(isFull ? 'DISK_FULL' : 'COMMAND_FAILED', message, {}, { cause });
}
