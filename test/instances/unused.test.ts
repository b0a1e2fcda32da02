import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lab, podman } from './lab.ts';

// The last of the suite: it throws away what the others share.
let lab: Lab;
beforeAll(async () => {
  lab = await Lab.start();
});
afterAll(async () => {
  await lab?.stop();
});

test('unused images are listed with their size, and pruned', async () => {
  await lab.removeAll();
  // Alone, there would be little to throw away.
  await lab.install({ name: 'last' });
  expect((await lab.call('POST', '/images/prune')).status).toBe(200);
  await lab.do('DELETE', '/instances/last?confirm=last');
  const { body } = await lab.call('GET', '/images');
  expect(body.length).toBeGreaterThan(1);
  expect(
    body.every(
      (image: { sizeBytes: number; usedBy: string[] }) => image.sizeBytes > 0 && image.usedBy.length === 0,
    ),
  ).toBe(true);
  const pruned = await lab.call('POST', '/images/prune');
  expect(pruned.body.removed.length).toBe(body.length);
  expect(podman('images', '--all', '--quiet', '--filter', `label=io.labdeck.lab=${lab.labId}`)).toEqual([]);
});
