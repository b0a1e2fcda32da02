import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import type { ProgramEnd, ProgramStart } from './agentMessages.ts';

// Runs inside the guest, as root. Only type imports from elsewhere: this one file is all that is taken along.

const agentPort = 80;
/** By port: links to the sockets of the two cores there may be. */
const coreSockets = { 81: '/run/core-first.sock', 82: '/run/core-second.sock' } as const;

/** `POST /run` runs a program to its end, `POST /start` starts one that stays, its output going to a file. */
createHttpServer((request, response) => {
  void (async () => {
    const wanted = JSON.parse(await textOf(request)) as ProgramStart;
    const answer = request.url === '/start' ? start(wanted) : await run(wanted);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  })().catch((error) => {
    response.statusCode = 500;
    response.end(JSON.stringify({ message: String(error) }));
  });
}).listen(agentPort);

/** Whoever connects talks to a core, by the socket that only its user may open. */
for (const [port, socket] of Object.entries(coreSockets)) {
  createServer((client) => {
    const core = connect(socket);
    client.pipe(core).pipe(client);
    client.on('error', () => core.destroy());
    core.on('error', () => client.destroy());
    client.on('close', () => core.destroy());
  }).listen(Number(port));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function run({ argv, env, input, timeoutMs }: ProgramStart): Promise<ProgramEnd> {
  const [file, ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

function start({ argv, env, logFile }: ProgramStart): { pid: number | null } {
  const [file, ...args] = argv;
  const log = openSync(logFile ?? '/dev/null', 'a');
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.on('error', () => {});
  return { pid: child.pid ?? null };
}
