import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { Program } from './program.ts';

/** A real ser2net that shares a tty by telnet with RFC 2217. */
export class Ser2net {
  readonly port: number;
  readonly #program: Program;

  private constructor(program: Program, port: number) {
    this.#program = program;
    this.port = port;
  }

  /** Resolves once it listens; its configuration goes to `dir`. Rejects with what it said when it does not. */
  static async start(dir: string, device: string): Promise<Ser2net> {
    const port = await freePort();
    const configuration = join(dir, 'ser2net.yaml');
    writeFileSync(
      configuration,
      [
        '%YAML 1.1',
        '---',
        'connection: &line',
        `  accepter: telnet(rfc2217=true),tcp,127.0.0.1,${port}`,
        `  connector: serialdev,${device},115200n81,local`,
        '',
      ].join('\n'),
    );
    const program = new Program(['ser2net', '-n', '-u', '-c', configuration, '-P', join(dir, 'ser2net.pid')]);
    for (let attempt = 0; !listens(port); attempt += 1) {
      if (attempt === 100) {
        await program.stop();
        throw new Error(`ser2net does not listen: ${program.output} ${program.errors}`);
      }
      await sleep(50);
    }
    return new Ser2net(program, port);
  }

  get pid(): number {
    return this.#program.pid;
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}

/** Seen from outside: whoever connects to find out is the one client that it lets at the tty. */
function listens(port: number): boolean {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .some((row) => row.includes(` ${address} 00000000:0000 0A `));
}
