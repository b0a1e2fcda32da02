/** How far a build is, 0..1, as one line after another tells; it never goes back. */
export interface ProgressReader {
  read(line: string): number;
}

/** What each part is of a whole build; the last is writing the image down. */
const stepsShare = 0.2;
const aptShare = 0.66;
const beforeCommit = stepsShare + aptShare;
/** Of apt's work: fetching, unpacking, setting up. */
const weights = { fetched: 0.3, unpacked: 0.35, setUp: 0.35 } as const;

/**
 * For `podman build` (`STEP 3/9: ...`) and `docker build` (`#8 [3/9] ...`, output as `#8 1.2 ...`); with apt in it,
 * which says first how many packages it will install, or without.
 */
export function buildProgress(hasApt: boolean): ProgressReader {
  let steps = 0;
  let packages = 0;
  let done = 0;
  const counts = { fetched: 0, unpacked: 0, setUp: 0 };
  return {
    read(whole) {
      const line = whole.replace(/^#\d+ (?:\d+\.\d+ )?/, '');
      const [, step, of] = /^(?:STEP |\[(?:\S+ )?)(\d+)\/(\d+)/.exec(line) ?? [];
      if (of !== undefined) steps = Math.max(steps, (Number(step) - 1) / Number(of));
      if (/^(COMMIT|exporting to image)\b/.test(line)) done = Math.max(done, beforeCommit);
      const added = /(\d+) newly installed/.exec(line)?.[1];
      if (added !== undefined) packages += Number(added);
      const kind = countedAs(line);
      if (kind) counts[kind] += 1;
      done = Math.max(
        done,
        hasApt ? stepsShare * steps + aptShare * aptDone(packages, counts) : beforeCommit * steps,
      );
      return done;
    },
  };
}

function aptDone(packages: number, counts: Record<keyof typeof weights, number>): number {
  if (packages === 0) return 0;
  const share = (kind: keyof typeof weights) => weights[kind] * Math.min(1, counts[kind] / packages);
  return share('fetched') + share('unpacked') + share('setUp');
}

function countedAs(line: string): keyof typeof weights | null {
  if (/^Get:\d+ \S+ \S+ \S+ \S+ \S+ \S+ \[/.test(line)) return 'fetched';
  if (line.startsWith('Unpacking ')) return 'unpacked';
  return line.startsWith('Setting up ') ? 'setUp' : null;
}

/** What mmdebstrap says it begins, in its order, and how far it is then; measured with minbase. */
const bootstrapStages = [
  ['I: chroot architecture', 0.02],
  ['I: running apt-get update', 0.05],
  ['I: downloading packages with apt', 0.25],
  ['I: extracting archives', 0.4],
  ['I: installing essential packages', 0.5],
  ['I: installing remaining packages', 0.75],
  ['I: cleaning package lists', 0.85],
  ['I: creating tarball', 0.88],
  ['I: done', 0.98],
] as const;

/** For `mmdebstrap`, by its `I:` lines. */
export function bootstrapProgress(): ProgressReader {
  let done = 0;
  return {
    read(line) {
      const stage = bootstrapStages.find(([begin]) => line.startsWith(begin));
      if (stage) done = Math.max(done, stage[1]);
      return done;
    },
  };
}
