import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

// A process of its own: writes a byte to the tty in argv[2] and waits for its echo, argv[3] times; prints the
// microseconds each took as JSON. Blocking calls, so that nothing but the pty and the echo is in between.

const [device = '', count = '0'] = process.argv.slice(2);
const fd = openSync(device, constants.O_RDWR | constants.O_NOCTTY);
const byte = Buffer.from('a');
const took: number[] = [];
for (let at = 0; at < Number(count); at += 1) {
  const startNs = process.hrtime.bigint();
  writeSync(fd, byte);
  readSync(fd, byte);
  took.push(Number(process.hrtime.bigint() - startNs) / 1000);
}
closeSync(fd);
process.stdout.write(JSON.stringify(took));
