import { createHash } from 'node:crypto';
import { type InstanceName, instanceName } from '../../contract/index.ts';

const maxLength = 40;

/** `<watch>-<number or branch>`, and a piece of a checksum behind it where that is taken, cut or says nothing. */
export function nameFor(watchId: string, subject: string, taken: ReadonlySet<string>): InstanceName {
  const word = subject
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const whole = `${watchId}-${word}`;
  if (word !== '' && whole.length <= maxLength && !taken.has(whole)) return instanceName.parse(whole);
  for (let attempt = 0; ; attempt += 1) {
    const sum = createHash('sha256').update(`${attempt}${subject}`).digest('hex').slice(0, 6);
    const name = `${whole.slice(0, maxLength - 7).replace(/-+$/, '')}-${sum}`;
    if (!taken.has(name)) return instanceName.parse(name);
  }
}
