import { describe, expect, test } from 'vitest';
import { toEngineError } from './complaints.ts';

const error = (stderr: string) =>
  toEngineError({ argv: ['podman', 'start', 'x'], exitCode: 125, stdout: '', stderr });

describe('what an engine complains about', () => {
  test.each([
    ['Error: no container with name or ID "x" found: no such container', 'NOT_FOUND'],
    ['Error: inspecting object: x: image not known', 'NOT_FOUND'],
    ['Error: no volume with name "x" found: no such volume', 'NOT_FOUND'],
    ['Error response from daemon: No such container: x', 'NOT_FOUND'],
    ['Error response from daemon: get x: no such volume', 'NOT_FOUND'],
    [
      'Error: creating container storage: the container name "x" is already in use by 9106. You have to',
      'CONFLICT',
    ],
    [
      'Error response from daemon: Conflict. The container name "/x" is already in use by container "1".',
      'CONFLICT',
    ],
    ['Error: volume with name x already exists: volume already exists', 'CONFLICT'],
    ['Error: image used by 7b15: image is in use by a container: consider listing external', 'CONFLICT'],
    [
      'Error response from daemon: conflict: unable to delete 1 (cannot be forced) - image is being used',
      'CONFLICT',
    ],
    ['Error: volume x is being used by the following container(s): 7b15: volume is being used', 'CONFLICT'],
    ['Error: can only create exec sessions on running containers: container state improper', 'CONFLICT'],
    ['Error: writing blob: storing blob to file: write /var/tmp/1: no space left on device', 'DISK_FULL'],
    ['Error: copying layers: write /home/x: disk quota exceeded', 'DISK_FULL'],
    [
      'permission denied while trying to connect to the Docker daemon socket at unix:///x',
      'PERMISSION_DENIED',
    ],
    ['Error: pinging container registry docker.io: dial tcp: lookup x: no such host', 'COMMAND_FAILED'],
    ['Error: reading manifest 1 in docker.io/library/x: manifest unknown', 'NOT_FOUND'],
    ['Error: something nobody has seen before', 'COMMAND_FAILED'],
  ])('%s', (stderr, code) => {
    expect(error(stderr)).toMatchObject({ code });
  });

  test.each([
    'Error: unable to start container "7b15": cannot listen on the TCP port: listen tcp4 127.0.0.1:8123: bind: address already in use',
    'Error: rootlessport listen tcp 127.0.0.1:8123: bind: address already in use',
    'Error response from daemon: driver failed programming external connectivity on endpoint x (1): Bind for 127.0.0.1:8123 failed: port is already allocated',
    'Error response from daemon: Ports are not available: exposing port TCP 127.0.0.1:8123 -> 0.0.0.0:0: listen tcp 127.0.0.1:8123: bind: address already in use',
  ])('names the port that is taken: %s', (stderr) => {
    expect(error(stderr)).toMatchObject({ code: 'CONFLICT', data: { details: { port: 8123 } } });
  });

  test('keeps what was run, how it ended and the end of what it said', () => {
    const long = `${'x'.repeat(5000)}\nError: the last words`;
    const { message, data } = error(long);
    expect(message).toBe('the last words');
    expect(data.details).toMatchObject({ argv: ['podman', 'start', 'x'], exitCode: 125 });
    expect(String(data.details?.stderr).length).toBe(2000);
  });
});
