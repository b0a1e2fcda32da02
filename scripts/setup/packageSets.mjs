// Debian and Ubuntu packages by purpose. Where a release renamed one (the 64-bit time transition added `t64`),
// the names are alternatives, the newer first; the one this release has is installed.

/**
 * @typedef {object} PackageWish
 * @property {string[]} names alternatives; any one of them will do
 * @property {string} [onlyFor] what does not work without it; the rest does. Left out: it is needed
 */

/** @param {...string} names @returns {PackageWish} */
const need = (...names) => ({ names });

/** @param {string} onlyFor @param {string} name @returns {PackageWish} */
const nice = (onlyFor, name) => ({ names: [name], onlyFor });

const qemuBoards = 'virtual boards of kind qemu';

const headless = [
  need('udev'),
  nice(qemuBoards, 'qemu-system-arm'),
  nice(qemuBoards, 'u-boot-qemu'),
  nice('sending files to a board', 'lrzsz'),
];

const electron = [
  need('libgtk-3-0t64', 'libgtk-3-0'),
  need('libnss3'),
  need('libasound2t64', 'libasound2'),
  need('libgbm1'),
  need('libxss1'),
  need('libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'),
  need('libcups2t64', 'libcups2'),
  need('libdrm2'),
];

const display = [need('xvfb'), need('xauth'), need('fonts-dejavu-core')];
const test = [
  need('socat'),
  need('picocom'),
  need('telnet'),
  need('python3-serial'),
  need('ser2net'),
  need('chromium', 'google-chrome-stable'),
];
/** Real LAVA in real containers. */
const instances = [
  need('podman'),
  need('runc'),
  need('iptables'),
  need('containernetworking-plugins', 'netavark'),
  need('slirp4netns'),
  need('uidmap'),
  need('mmdebstrap'),
  need('git'),
  need('busybox-static'),
  need('docker-registry'),
];
/** A guest with a whole USB stack: QEMU, and what makes a Debian and its disks. */
const hardware = [
  need('qemu-system-x86'),
  need('mmdebstrap'),
  need('squashfs-tools'),
  need('xz-utils'),
  need('zstd'),
  need('util-linux'),
];
const bench = [need('socat'), need('picocom'), need('tio'), need('ser2net'), need('ripgrep')];
const packaging = [need('p7zip-full'), need('fakeroot'), need('dpkg')];

/** What each command needs of the system. @satisfies {Record<string, PackageWish[]>} */
export const packageSets = {
  headless,
  desktop: [...headless, ...electron],
  test: [...headless, ...electron, ...display, ...test, ...instances, ...hardware],
  bench: [...headless, ...electron, ...display, ...bench, ...instances],
  package: packaging,
};
