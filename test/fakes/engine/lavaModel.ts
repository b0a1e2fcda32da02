import { randomBytes } from 'node:crypto';

/** The LAVA that is in an image. */
export interface LavaRelease {
  readonly lavaVersion: string;
  readonly postgresMajor: number;
  readonly migrations: Readonly<Record<string, readonly string[]>>;
}

/** What a volume holds: everything an instance knows. */
export interface LavaData extends LavaRelease {
  readonly secret: string;
  readonly users: { name: string; password: string | null }[];
  readonly tokens: { user: string; description: string; token: string }[];
  readonly jobs: { id: number; definition: string; log: string }[];
  readonly devices: string[];
}

/** A release of that many database migrations: more are newer. */
export function lavaRelease(lavaVersion: string, migrationCount: number, postgresMajor = 17): LavaRelease {
  const names = Array.from({ length: migrationCount }, (_, at) => `${String(at + 1).padStart(4, '0')}_step`);
  return { lavaVersion, postgresMajor, migrations: { auth: ['0001_initial'], lava_scheduler_app: names } };
}

/** What Debian has. */
export const debianReleases: Readonly<Record<'forky' | 'sid', LavaRelease>> = {
  forky: lavaRelease('2026.09', 60),
  sid: lavaRelease('2026.10', 61),
};

export function emptyData(release: LavaRelease): LavaData {
  return {
    ...release,
    secret: randomBytes(16).toString('hex'),
    users: [],
    tokens: [],
    jobs: [],
    devices: [],
  };
}

/** What becomes of data under a release. */
export function fits(data: LavaRelease, release: LavaRelease): 'same' | 'older' | 'newer' | 'other database' {
  if (data.postgresMajor !== release.postgresMajor) return 'other database';
  const missing = (from: LavaRelease, to: LavaRelease) =>
    Object.entries(from.migrations).some(([app, names]) =>
      names.some((name) => !(to.migrations[app] ?? []).includes(name)),
    );
  if (missing(data, release)) return 'newer';
  return missing(release, data) ? 'older' : 'same';
}
