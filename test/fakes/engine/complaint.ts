/** What each engine says of one and the same failure, on standard error. */
export interface Words {
  readonly podman: string;
  readonly docker: string;
}

/** A command of the fake engine that fails. */
export class Complaint extends Error {
  readonly words: Words;
  /** Podman's. Docker's is 1 for almost all. */
  readonly exitCode: number;

  constructor(words: Words, exitCode = 125) {
    super(words.podman);
    this.name = 'Complaint';
    this.words = words;
    this.exitCode = exitCode;
  }
}

const both = (podman: string, docker: string): Words => ({
  podman,
  docker: `Error response from daemon: ${docker}`,
});
const same = (text: string): Words => ({ podman: text, docker: text });

/** Word for word what podman 4.3 and docker 28 say. */
export const says = {
  anything: same,
  noContainer: (name: string) =>
    both(`no container with name or ID "${name}" found: no such container`, `No such container: ${name}`),
  noImage: (name: string) => both(`${name}: image not known`, `No such image: ${name}`),
  noVolume: (name: string) =>
    both(`no volume with name "${name}" found: no such volume`, `get ${name}: no such volume`),
  nameTaken: (name: string, id: string) =>
    both(
      `creating container storage: the container name "${name}" is already in use by ${id}. You have to remove that container to be able to reuse that name: that name is already in use`,
      `Conflict. The container name "/${name}" is already in use by container "${id}". You have to remove (or rename) that container to be able to reuse that name.`,
    ),
  volumeTaken: (name: string) => same(`volume with name ${name} already exists: volume already exists`),
  volumeUsed: (name: string, id: string) =>
    both(
      `volume ${name} is being used by the following container(s): ${id}: volume is being used`,
      `remove ${name}: volume is in use - [${id}]`,
    ),
  imageUsed: (image: string, container: string) =>
    both(
      `image used by ${container}: image is in use by a container: consider listing external containers and force-removing image`,
      `conflict: unable to delete ${image} (cannot be forced) - image is being used by running container ${container}`,
    ),
  portTaken: (id: string, port: number) =>
    both(
      `unable to start container "${id}": cannot listen on the TCP port: listen tcp4 127.0.0.1:${port}: bind: address already in use`,
      `driver failed programming external connectivity on endpoint x (${id}): Error starting userland proxy: listen tcp4 127.0.0.1:${port}: bind: address already in use`,
    ),
  notRunning: (id: string) =>
    both(
      'can only create exec sessions on running containers: container state improper',
      `container ${id} is not running`,
    ),
  noRegistry: (reference: string) =>
    both(
      `initializing source docker://${reference}: pinging container registry docker.io: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host`,
      'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    ),
  noManifest: (reference: string) =>
    both(
      `initializing source docker://${reference}: reading manifest in ${reference}: manifest unknown`,
      `manifest for ${reference} not found: manifest unknown: manifest unknown`,
    ),
  stepFailed: (step: string, code: number): Words => ({
    podman: `building at STEP "${step}": while running runtime: exit status ${code}`,
    docker: `ERROR: failed to solve: process "/bin/sh -c ${step}" did not complete successfully: exit code: ${code}`,
  }),
} as const;

/** Texts of faults that a test can let a command fail with. */
export const faultTexts = {
  diskFull: 'writing blob: storing blob to file "/var/tmp/storage/1": write: no space left on device',
  denied: 'creating runtime: open /var/lib/containers/storage/libpod: permission denied',
} as const;
