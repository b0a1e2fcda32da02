import { expect, test } from 'vitest';
import { deviceCameAt, deviceWhileOff } from './truthDevice.ts';

const on = 1_700_000_000_000;
const device = (there: boolean, atMs = on - 9000) => ({ device: { there, atMs }, ownDevice: null });
const own = (there: boolean, cameAtMs: number | null = null) => ({
  device: null,
  ownDevice: { there, changedAtMs: cameAtMs, cameAtMs },
});
const none = { device: null, ownDevice: null };

test('a device in the switched socket stays or leaves', () => {
  expect(deviceWhileOff(device(true), device(true))).toBe('stayed');
  expect(deviceWhileOff(device(true), device(false))).toBe('left');
  expect(deviceWhileOff(none, none)).toBeNull();
});

test('its own device elsewhere only leaves: it may be fed from its socket, and must have been there', () => {
  expect(deviceWhileOff(own(true), own(false))).toBe('left');
  expect(deviceWhileOff(own(true), own(true))).toBeNull();
  expect(deviceWhileOff(own(false), own(false))).toBeNull();
  expect(deviceWhileOff(own(true), none)).toBeNull();
  // What the outlet switches decides.
  expect(
    deviceWhileOff(
      { ...own(true), ...{ device: { there: true, atMs: 0 } } },
      { ...own(false), device: { there: true, atMs: 0 } },
    ),
  ).toBe('stayed');
});

test('either comes after power-on, not before', () => {
  expect(deviceCameAt(device(true, on + 500), on)).toBe(on + 500);
  expect(deviceCameAt(device(true), on)).toBeNull();
  expect(deviceCameAt(own(true, on + 900), on)).toBe(on + 900);
  expect(deviceCameAt(own(false, on + 900), on)).toBe(on + 900);
  expect(deviceCameAt(own(true, on - 1), on)).toBeNull();
  expect(deviceCameAt(none, on)).toBeNull();
});
