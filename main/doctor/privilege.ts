import type { Argv, Machine } from './machine.ts';

/** How a command becomes root's here. */
export type Privilege =
  | { readonly kind: 'root' }
  /** Words before the command. */
  | { readonly kind: 'pkexec' | 'sudo'; readonly prefix: Argv }
  | { readonly kind: 'none'; readonly whyNot: string };

const askTimeoutMs = 3000;

/** Finds out without asking anybody for a password. Never rejects. */
export async function findPrivilege(machine: Machine, signal: AbortSignal): Promise<Privilege> {
  if (machine.who.uid === 0) return { kind: 'root' };
  const status = (await machine.read('/proc/self/status').catch(() => null)) ?? '';
  if (/^NoNewPrivs:\s*1/m.test(status))
    return {
      kind: 'none',
      whyNot: 'Labdeck was started so that it cannot gain rights: type the command in a terminal.',
    };
  const pkexec = await machine.find('pkexec');
  // Its question appears on the desktop. Without one it would ask on some terminal, where nobody looks.
  if (pkexec !== null && (machine.env.DISPLAY || machine.env.WAYLAND_DISPLAY))
    return { kind: 'pkexec', prefix: [pkexec, '--disable-internal-agent'] };
  const sudo = await machine.find('sudo');
  if (sudo !== null) {
    const free = await machine.run([sudo, '-n', 'true'], signal, askTimeoutMs).catch(() => null);
    if (free !== null) return { kind: 'sudo', prefix: [sudo, '-n'] };
  }
  return {
    kind: 'none',
    whyNot:
      pkexec === null
        ? 'pkexec, which would ask for the administrator’s password, is not installed: type the command in a terminal.'
        : 'There is no desktop here to ask for the administrator’s password: type the command in a terminal.',
  };
}
