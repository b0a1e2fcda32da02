import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What udev knows of one fake port. */
export interface FakePort {
  readonly device: string;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * A `udevadm` of its own, whose database the test writes: put `binDir` first in PATH. It answers `info -e`,
 * `info -q property NODE...` and `monitor`, counts how often it was asked, and can be made to fail.
 */
export class FakeUdev {
  readonly binDir: string;
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'labdeck-udev-'));
    this.binDir = path.join(this.#folder, 'bin');
    mkdirSync(this.binDir);
    mkdirSync(path.join(this.#folder, 'db'));
    const script = path.join(this.binDir, 'udevadm');
    writeFileSync(script, udevadm(this.#folder));
    chmodSync(script, 0o755);
    this.setPorts([]);
  }

  setPorts(ports: readonly FakePort[]): void {
    const db = path.join(this.#folder, 'db');
    rmSync(db, { recursive: true });
    mkdirSync(db);
    const records = ports.map(({ device, properties }) => {
      const node = device.replace('/dev/', '');
      const all = { DEVPATH: `/devices/fake/${node}`, DEVNAME: device, SUBSYSTEM: 'tty', ...properties };
      const lines = Object.entries(all).map(([key, value]) => `${key}=${value}`);
      writeFileSync(path.join(db, path.basename(device)), `${lines.join('\n')}\n`);
      return `P: /devices/fake/${node}\nN: ${node}\n${lines.map((line) => `E: ${line}`).join('\n')}\n`;
    });
    writeFileSync(path.join(this.#folder, 'all'), records.join('\n'));
  }

  /** Says `count` events to everybody who monitors. */
  announce(count = 1): void {
    const line = 'UDEV  [1.000000] add /devices/fake (tty)\n';
    writeFileSync(path.join(this.#folder, 'events'), line.repeat(count), { flag: 'a' });
  }

  /** The monitors now running, by pid. */
  monitors(): number[] {
    return this.#lines('monitors')
      .map(Number)
      .filter((pid) => existsSync(`/proc/${pid}/fd`) && readFileSync(`/proc/${pid}/cmdline`).length > 0);
  }

  /** How often the whole database was asked for. */
  enumerations(): number {
    return this.#lines('enumerations').length;
  }

  /** What was asked of single nodes, a line for each program that ran. */
  queries(): string[] {
    return this.#lines('queries');
  }

  /** The next question about nodes is not answered. */
  hangOnce(): void {
    writeFileSync(path.join(this.#folder, 'slow'), '');
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #lines(name: string): string[] {
    const file = path.join(this.#folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }
}

function udevadm(folder: string): string {
  return `#!/bin/sh
cd '${folder}' || exit 1
case "$1 $2" in
  'info -e') echo asked >> enumerations; cat all ;;
  'info -q')
    shift 3
    echo "$*" >> queries
    [ ! -e slow ] || { rm slow; exec sleep 60; }
    code=0
    for node; do cat "db/$(basename "$node")" 2>/dev/null || { echo "Unknown device \\"$node\\"" >&2; code=1; }; done
    exit $code ;;
  monitor*) touch events; echo $$ >> monitors; exec tail -n 0 -f events ;;
  *) echo "fake udevadm: $*?" >&2; exit 2 ;;
esac
`;
}
