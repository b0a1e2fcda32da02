/**
 * @typedef {object} DebInfo
 * @property {string} name
 * @property {string} version as in package.json
 * @property {'amd64' | 'arm64'} architecture
 * @property {string} maintainer `Name <mail>`
 * @property {string} homepage
 * @property {string} summary one line
 * @property {string} description
 * @property {string[]} depends
 * @property {string[]} recommends
 * @property {number} installedKb
 */

/**
 * The control file of a Debian package (deb-control(5)).
 * @param {DebInfo} info
 */
export function debControl(info) {
  const description = info.description.split('\n').map((line) => ` ${line.trim() || '.'}`);
  return `${[
    `Package: ${info.name}`,
    `Version: ${debVersion(info.version)}`,
    'Section: devel',
    'Priority: optional',
    `Architecture: ${info.architecture}`,
    `Maintainer: ${info.maintainer}`,
    `Installed-Size: ${info.installedKb}`,
    `Depends: ${info.depends.join(', ')}`,
    `Recommends: ${info.recommends.join(', ')}`,
    `Homepage: ${info.homepage}`,
    `Description: ${info.summary}`,
    ...description,
  ].join('\n')}\n`;
}

/**
 * A pre-release sorts before its release: `1.0.0-beta.2` becomes `1.0.0~beta.2` (deb-version(7)).
 * @param {string} version
 */
export function debVersion(version) {
  return version.replace('-', '~');
}

/**
 * Debian's word for an architecture of Node's.
 * @param {string} arch
 * @returns {'amd64' | 'arm64'}
 */
export function debArchitecture(arch) {
  if (arch === 'x64') return 'amd64';
  if (arch === 'arm64') return 'arm64';
  throw new Error(`no Debian package for ${arch}`);
}
