import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasDisplay } from './display.ts';

test('a window needs a display the environment names, or a platform somebody chose', () => {
  expect(hasDisplay([], {}, 'linux')).toBe(false);
  expect(hasDisplay([], { DISPLAY: '', WAYLAND_DISPLAY: '' }, 'linux')).toBe(false);
  expect(hasDisplay([], { DISPLAY: ':0' }, 'linux')).toBe(true);
  expect(hasDisplay([], { WAYLAND_DISPLAY: 'wayland-1' }, 'linux')).toBe(true);
  expect(hasDisplay(['labdeck', '--ozone-platform=headless'], {}, 'linux')).toBe(true);
  expect(hasDisplay([], {}, 'darwin')).toBe(true);
});

test('a Wayland compositor at its usual place needs no naming', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'labdeck-display-'));
  try {
    expect(hasDisplay([], { XDG_RUNTIME_DIR: dir }, 'linux')).toBe(false);
    await writeFile(join(dir, 'wayland-0'), '');
    expect(hasDisplay([], { XDG_RUNTIME_DIR: dir }, 'linux')).toBe(true);
  } finally {
    await rm(dir, { recursive: true });
  }
});
