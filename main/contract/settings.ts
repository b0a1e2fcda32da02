import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';

export const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Of the terminal, in CSS pixels. */
  fontSizePx: z.int().min(8).max(32).default(13),
  /** Lines the terminal keeps; the recording keeps everything. */
  scrollbackLines: z.int().min(100).max(100_000).default(10_000),
  /** Ask before power goes off under someone who types. */
  confirmPowerOff: z.boolean().default(false),
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
