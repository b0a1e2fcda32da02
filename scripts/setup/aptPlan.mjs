/** @typedef {import('./packageSets.mjs').PackageWish} PackageWish */

/**
 * The wishes that no installed package fulfils.
 * @param {PackageWish[]} wishes
 * @param {ReadonlySet<string>} installed
 */
export function missingWishes(wishes, installed) {
  return wishes.filter((wish) => !wish.names.some((name) => installed.has(name)));
}

/**
 * Chooses, for each wish, the first name this release really has. A name that is only virtual here (libasound2
 * since the 64-bit time transition) has no candidate and is passed over.
 * @param {PackageWish[]} wishes
 * @param {ReadonlySet<string>} candidates names that apt could install
 */
export function planInstall(wishes, candidates) {
  /** @type {string[]} */
  const install = [];
  /** @type {PackageWish[]} */
  const unavailable = [];
  for (const wish of wishes) {
    const name = wish.names.find((each) => candidates.has(each));
    if (name) install.push(name);
    else unavailable.push(wish);
  }
  return { install, unavailable };
}

/**
 * Names of installed packages in the output of `dpkg-query -W -f '${Package} ${db:Status-Status}\n'`.
 * @param {string} output
 */
export function parseInstalled(output) {
  const names = new Set();
  for (const line of output.split('\n')) {
    const [name, status] = line.trim().split(' ');
    if (name && status === 'installed') names.add(name);
  }
  return names;
}

/**
 * Names with an installable version in the output of `apt-cache policy NAME...`.
 * @param {string} output
 */
export function parseCandidates(output) {
  const names = new Set();
  let name = '';
  for (const line of output.split('\n')) {
    const header = /^(\S+):$/.exec(line);
    if (header?.[1]) name = header[1].split(':')[0] ?? '';
    const candidate = /^\s+Candidate: (.+)$/.exec(line)?.[1];
    if (name && candidate && candidate !== '(none)') names.add(name);
  }
  return names;
}
