import type { LedPattern, Leds } from '../../contract/index.ts';

/** Nothing is said: every light is as it was set by hand. */
export const silence: LedPattern = ['leave', 'leave', 'leave'];

/** The lights of a pattern in one half of a blink. `hand`: as they were set by hand. */
export function frameOf(pattern: LedPattern, lit: boolean, hand: Leds): Leds {
  return pattern.map((mode, index) => {
    if (mode === 'leave') return hand[index] ?? false;
    return mode === 'blink' ? lit : mode === 'on';
  }) as Leds;
}

export function blinks(pattern: LedPattern): boolean {
  return pattern.includes('blink');
}

export function sameLeds(a: Leds, b: Leds): boolean {
  return a.every((lit, index) => lit === b[index]);
}
