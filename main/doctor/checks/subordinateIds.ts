import type { Check, Found } from '../check.ts';
import { asRoot, asUser, type Fix, makeFix } from '../fixes/fix.ts';
import type { Machine } from '../machine.ts';

const why =
  'Podman without root’s rights gives a container’s users ids from a range of their own. LAVA’s packages bring several users.';
/** As `useradd` deals them (login.defs: SUB_UID_MIN, SUB_UID_COUNT). */
const firstId = 100_000;
const rangeSize = 65_536;

export interface IdRange {
  readonly owner: string;
  readonly first: number;
  readonly count: number;
}

/** Lines of /etc/subuid and /etc/subgid, `owner:first:count`; others are passed over. */
export function parseIdRanges(text: string): IdRange[] {
  return text.split('\n').flatMap((line) => {
    const [owner, first, count, ...rest] = line.trim().split(':');
    if (!owner || rest.length > 0 || !/^\d+$/.test(first ?? '') || !/^\d+$/.test(count ?? '')) return [];
    return [{ owner, first: Number(first), count: Number(count) }];
  });
}

/** Whether this user has ranges of user and group ids for containers. */
export function subordinateIdsCheck(machine: Machine): Check {
  return {
    name: 'subordinate-ids',
    title: 'Ranges of ids for containers',
    group: 'instances',
    followsPorts: false,
    look: async () => {
      const { uid, user } = machine.who;
      if (uid === 0)
        return [ok('Root needs no range of ids', 'Labdeck runs as root, and containers with it.')];
      if ((await machine.find('podman')) === null) return [];
      const kinds = await Promise.all(
        (['subuid', 'subgid'] as const).map(async (name) =>
          parseIdRanges((await machine.read(`/etc/${name}`)) ?? ''),
        ),
      );
      const own = kinds.map((ranges) =>
        ranges
          .filter(({ owner }) => owner === user || owner === String(uid))
          .reduce((sum, { count }) => sum + count, 0),
      );
      const least = Math.min(...own);
      if (least >= rangeSize)
        return [ok('Containers have a range of ids', `${user} has ${least} in /etc/subuid and /etc/subgid.`)];
      if (await isElsewhere(machine))
        return [
          {
            severity: 'unknown',
            title: 'Ranges of ids come from a directory service',
            what: '/etc/nsswitch.conf says so. What podman itself says of its ranges is shown with the container engine.',
            why,
          },
        ];
      return [lacking(machine, own, kinds)];
    },
  };
}

const ok = (title: string, what: string): Found => ({ severity: 'ok', title, what, why });

async function isElsewhere(machine: Machine): Promise<boolean> {
  const text = (await machine.read('/etc/nsswitch.conf').catch(() => null)) ?? '';
  const sources = /^subid:\s*(.*)$/m.exec(text)?.[1]?.trim();
  return sources !== undefined && sources !== 'files';
}

function lacking(
  { who }: Machine,
  [uids = 0, gids = 0]: readonly number[],
  [subuid = [], subgid = []]: readonly (readonly IdRange[])[],
): Found {
  return {
    severity: 'warning',
    title: 'Containers have no range of ids',
    what: `${who.user} has ${uids} ids in /etc/subuid and ${gids} in /etc/subgid; ${rangeSize} of each are needed.`,
    why,
    fix: who.user.startsWith('-') ? null : giveRange(who.user, freeRange([...subuid, ...subgid])),
  };
}

/** The first range of the usual size nobody has, in either file. */
export function freeRange(taken: readonly IdRange[]): { first: number; last: number } {
  const end = taken
    .map(({ first, count }) => first + count)
    .filter((after) => after <= 2 ** 31)
    .reduce((most, after) => Math.max(most, after), firstId);
  const first = firstId + Math.ceil((end - firstId) / rangeSize) * rangeSize;
  return { first, last: first + rangeSize - 1 };
}

function giveRange(user: string, { first, last }: { first: number; last: number }): Fix | null {
  const range = `${first}-${last}`;
  return makeFix(
    'Give containers a range of ids',
    [
      asRoot('usermod', '--add-subuids', range, '--add-subgids', range, user),
      // Podman keeps the ranges it began with until it is told.
      asUser('podman', 'system', 'migrate'),
    ],
    { undo: [asRoot('usermod', '--del-subuids', range, '--del-subgids', range, user)] },
  );
}
