import { expect, test } from 'vitest';
import { resourcesFolder } from './resourcesFolder.ts';

test('resources are beside the code in a checkout, and beside the archive in a packaged app', () => {
  expect(resourcesFolder('file:///home/me/labdeck/dist/main/core.js')).toBe('/home/me/labdeck/resources');
  expect(resourcesFolder('file:///opt/Labdeck/resources/app.asar/dist/main/core.js')).toBe(
    '/opt/Labdeck/resources/app.asar.unpacked/resources',
  );
});
