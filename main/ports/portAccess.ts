import { access, constants, readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { errnoOf, messageOf } from '../base/errno.ts';
import type { PortAccess } from '../contract/index.ts';

/** What the system knows of groups and of us; a parameter so that tests need not become another user. */
export interface Identity {
  readonly user: string;
  /** The groups this process runs with: those of its login, not those of /etc/group now. */
  readonly processGids: readonly number[];
  /** The text of /etc/group. */
  readonly groups: string;
  /** Rejects, as fs.access does, when this process may not read and write `file`. */
  readonly mayUse: (file: string) => Promise<void>;
}

export async function currentIdentity(): Promise<Identity> {
  return {
    user: userInfo().username,
    processGids: process.getgroups?.() ?? [],
    groups: await readFile('/etc/group', 'utf8').catch(() => ''),
    mayUse: (file) => access(file, constants.R_OK | constants.W_OK),
  };
}

/** What stands between this user and a node. */
export type AccessVerdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'missing' }
  /** The group the node belongs to; `joined`: the user is in it, but this login began before. */
  | { readonly kind: 'group'; readonly group: string; readonly joined: boolean }
  /** No ordinary group may use it. */
  | { readonly kind: 'no-group'; readonly mode: string }
  | { readonly kind: 'other'; readonly message: string };

/** May this user open the node; and if not, what is in the way. Never opens it: that would reset many boards. */
export async function examineAccess(device: string, identity: Identity): Promise<AccessVerdict> {
  try {
    await identity.mayUse(device);
    return { kind: 'ok' };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return { kind: 'missing' };
    if (errno === 'EACCES' || errno === 'EPERM') return examineDenied(device, identity);
    return { kind: 'other', message: messageOf(error) };
  }
}

async function examineDenied(device: string, identity: Identity): Promise<AccessVerdict> {
  const node = await stat(device).catch(() => null);
  const mode = node ? (node.mode & 0o777).toString(8).padStart(4, '0') : 'unknown';
  // The group differs between systems (dialout, plugdev, uucp): the node itself says which.
  const group = node ? groupOf(node.gid, identity.groups) : null;
  if (!node || !group || node.gid === 0 || (node.mode & 0o060) !== 0o060) return { kind: 'no-group', mode };
  const joined = group.members.includes(identity.user) && !identity.processGids.includes(node.gid);
  return { kind: 'group', group: group.name, joined };
}

/** The same in words, with what helps. */
export async function checkAccess(device: string, identity: Identity): Promise<PortAccess> {
  const verdict = await examineAccess(device, identity);
  const { user } = identity;
  switch (verdict.kind) {
    case 'ok':
      return { ok: true };
    case 'missing':
      return {
        ok: false,
        reason: `${device} is not there`,
        hint: 'The kernel knows the port but its node is missing: in a container, pass the device in.',
      };
    case 'other':
      return {
        ok: false,
        reason: `${device} cannot be used: ${verdict.message}`,
        hint: 'Replug the device.',
      };
    case 'no-group':
      return {
        ok: false,
        reason: `${user} may not open ${device}: its mode ${verdict.mode} gives no ordinary group read and write`,
        hint: `A udev rule must give it to a group, such as: SUBSYSTEM=="tty", KERNEL=="ttyACM*|ttyUSB*", GROUP="dialout", MODE="0660"`,
      };
    case 'group':
      return explainGroup(device, user, verdict);
  }
}

function explainGroup(
  device: string,
  user: string,
  { group, joined }: Extract<AccessVerdict, { kind: 'group' }>,
): PortAccess {
  const reason = `${user} may not open ${device}: it belongs to group ${group}`;
  if (joined)
    return {
      ok: false,
      reason: `${reason}, which ${user} has joined after this login began`,
      hint: 'Log out and in again, then start Labdeck again.',
    };
  return {
    ok: false,
    reason,
    hint: `Run: sudo usermod -aG ${group} ${user} and log in again.`,
  };
}

function groupOf(gid: number, groups: string): { name: string; members: string[] } | null {
  for (const line of groups.split('\n')) {
    const [name, , id, members] = line.split(':');
    if (name && id === String(gid)) return { name, members: members?.split(',') ?? [] };
  }
  return null;
}
