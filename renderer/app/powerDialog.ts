import type { Consequences } from '../features/power/consequences.ts';
import type { PowerAction, PowerConsent } from '../features/power/powerControl.ts';

/** Questions about power, LEDs and energy. */
export type PowerDialog =
  | {
      readonly kind: 'power-off';
      readonly boardId: string;
      readonly action: 'off' | 'cycle';
      readonly consent: PowerConsent;
    }
  | {
      readonly kind: 'power-take-over';
      readonly boardId: string;
      readonly action: PowerAction;
      /** Who has the console, as the core said it. */
      readonly message: string;
      readonly consent: PowerConsent;
    }
  | {
      readonly kind: 'power-consequences';
      readonly boardId: string;
      readonly action: PowerAction;
      readonly consequences: Consequences;
      readonly consent: PowerConsent;
    }
  | { readonly kind: 'power-test'; readonly boardId: string }
  | { readonly kind: 'power-policy'; readonly boardId: string }
  | { readonly kind: 'power-many'; readonly state: 'on' | 'off' }
  | { readonly kind: 'led-language'; readonly boardId: string }
  | { readonly kind: 'energy'; readonly boardId: string };

const kinds: Readonly<Record<PowerDialog['kind'], true>> = {
  'power-off': true,
  'power-take-over': true,
  'power-consequences': true,
  'power-test': true,
  'power-policy': true,
  'power-many': true,
  'led-language': true,
  energy: true,
};

export function isPowerDialog<T extends { readonly kind: string }>(
  dialog: T,
): dialog is Extract<T, PowerDialog> {
  return Object.hasOwn(kinds, dialog.kind);
}
