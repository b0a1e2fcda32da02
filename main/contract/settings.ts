import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { retention } from './boards.ts';
import { labErrors } from './errors.ts';
import { wallLayout } from './wall.ts';

export const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Of the terminal, in CSS pixels. */
  fontSizePx: z.int().min(8).max(32).default(13),
  /** Lines the terminal keeps; the recording keeps everything. */
  scrollbackLines: z.int().min(100).max(100_000).default(10_000),
  /** Ask before power goes off under someone who types. */
  confirmPowerOff: z.boolean().default(false),
  /** Between two boards of a group that is switched on, in milliseconds: supplies and hubs dislike them all at once. */
  powerStaggerMs: z.int().min(0).max(60_000).default(500),
  /** Of every board that has none of its own. */
  retention: retention.default({ maxBytes: null, maxAgeDays: null }),
  /** Arrangements of the wall, by name. */
  walls: z
    .array(wallLayout)
    .max(50)
    .refine((list) => new Set(list.map((w) => w.name)).size === list.length, 'two walls share a name')
    .default([]),
});
export type Settings = z.infer<typeof settings>;
export const defaultSettings: Settings = settings.parse({});

const fields = settings.shape;
/** Every field optional and none defaulted: a patch changes only what it names. */
export const settingsPatch = z.strictObject({
  theme: fields.theme.unwrap().optional(),
  fontSizePx: fields.fontSizePx.unwrap().optional(),
  scrollbackLines: fields.scrollbackLines.unwrap().optional(),
  confirmPowerOff: fields.confirmPowerOff.unwrap().optional(),
  powerStaggerMs: fields.powerStaggerMs.unwrap().optional(),
  retention: fields.retention.unwrap().optional(),
  walls: fields.walls.unwrap().optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatch>;

export const settingsContract = {
  get: oc.route({ method: 'GET', path: '/settings', summary: 'Settings' }).output(settings),
  update: oc
    .route({ method: 'PATCH', path: '/settings', summary: 'Change settings' })
    .errors({ BAD_REQUEST: labErrors.BAD_REQUEST })
    .input(settingsPatch)
    .output(settings),
  changes: oc
    .route({ method: 'GET', path: '/events/settings', summary: 'Settings, now and at each change (events)' })
    .output(eventIterator(settings)),
};
