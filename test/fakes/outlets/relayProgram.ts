import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DriverBench } from './driverBench.ts';

/** A relay that is a file, and a program that switches it: `relay on`, `relay off`, `relay cycle`, `relay state`. */
export class RelayProgram {
  readonly bench: DriverBench;
  readonly program: string;

  constructor(bench: DriverBench) {
    this.bench = bench;
    this.program = path.join(bench.dir, 'relay');
  }

  static async install(): Promise<RelayProgram> {
    const relay = new RelayProgram(await DriverBench.make());
    await relay.write(
      'relay',
      `cd "$(dirname "$0")"
      case "$1" in
        on|off) echo "$1" >> log; echo "$1" > state ;;
        cycle) echo cycle >> log; echo on > state ;;
        state) echo "relay is $(cat state)"; grep -q on state ;;
      esac`,
    );
    await writeFile(path.join(relay.bench.dir, 'state'), 'off\n');
    await writeFile(path.join(relay.bench.dir, 'log'), '');
    return relay;
  }

  /** A shell script in the bench's folder; returns its path. */
  async write(name: string, script: string, mode = 0o755): Promise<string> {
    const file = path.join(this.bench.dir, name);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, mode);
    return file;
  }

  get isOn(): boolean {
    return this.text('state') === 'on\n';
  }

  get commands(): number {
    return this.text('log').split('\n').length - 1;
  }

  text(name: string): string {
    return readFileSync(path.join(this.bench.dir, name), 'utf8');
  }
}
