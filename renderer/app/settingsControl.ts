import type { SettingsPatch } from '../../main/contract/index.ts';
import type { Lab } from './lab.ts';

export const smallestFontPx = 8;
export const largestFontPx = 32;
export const settingsPlace = 'settings';

export function changeSettings(lab: Lab, patch: SettingsPatch): Promise<boolean> {
  return lab.actions.run(settingsPlace, Object.keys(patch).join(), async () =>
    lab.connection.client().settings.update(patch),
  );
}

export async function stepFont(lab: Lab, stepPx: 1 | -1): Promise<void> {
  const now = lab.bench.getState().settings?.fontSizePx;
  if (now === undefined) return;
  const fontSizePx = Math.min(largestFontPx, Math.max(smallestFontPx, now + stepPx));
  if (fontSizePx !== now) await changeSettings(lab, { fontSizePx });
}
