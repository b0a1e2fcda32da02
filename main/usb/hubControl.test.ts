import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = new URL('../../resources/usb/hub_control.py', import.meta.url).pathname;
const run = promisify(execFile);

test('the program that asks hubs answers for each node, also for those that are none', async () => {
  const { stdout } = await run('python3', [script, 'describe', '/dev/bus/usb/999/999', '/dev/null']);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { node: '/dev/bus/usb/999/999', errno: 'ENOENT' },
    { node: '/dev/null', errno: expect.any(String) },
  ]);
});

test('the program that asks hubs takes no other words', async () => {
  await expect(run('python3', [script, 'indicate', '/dev/null', '1', 'purple'])).rejects.toMatchObject({
    code: 2,
  });
  await expect(
    run('python3', [script, 'indicate', '/dev/bus/usb/999/999', '1', 'amber']),
  ).rejects.toMatchObject({ code: 1 });
});
