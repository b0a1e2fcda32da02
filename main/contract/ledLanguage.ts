import { z } from 'zod';

/** What a board's lights can say. `this-one`: find my board. */
export const ledState = z.enum([
  'off',
  'booting',
  'master-image',
  'test-image',
  'recovery',
  'failed',
  'this-one',
]);
export type LedState = z.infer<typeof ledState>;

/** `leave`: the light is not part of the language and keeps what it was set to by hand. */
export const ledMode = z.enum(['off', 'on', 'blink', 'leave']);
export type LedMode = z.infer<typeof ledMode>;
export const ledPattern = z.tuple([ledMode, ledMode, ledMode]);
export type LedPattern = z.infer<typeof ledPattern>;

/** Which state shows: the last of these that holds wins. */
export const ledRule = z.strictObject({
  when: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('power'), is: z.enum(['on', 'off']) }),
    /** The boot has come to this stage or passed it: `u-boot`, `kernel`, `login` (resources/boot-stages.json). */
    z.strictObject({ kind: z.literal('stage'), stage: z.string().min(1).max(60) }),
    /** The boot ended in a panic or an oops. */
    z.strictObject({ kind: z.literal('fault') }),
    /** A console's lease is held; `who` is part of the holder's name, null: anybody. */
    z.strictObject({ kind: z.literal('lease'), who: z.string().min(1).max(100).nullable().default(null) }),
    /** A LAVA job has the board. */
    z.strictObject({ kind: z.literal('job') }),
  ]),
  state: ledState,
});
export type LedRule = z.infer<typeof ledRule>;

const patterns = {
  off: ledPattern,
  booting: ledPattern,
  'master-image': ledPattern,
  'test-image': ledPattern,
  recovery: ledPattern,
  failed: ledPattern,
  'this-one': ledPattern,
};
const rules = z.array(ledRule).max(50);

export const ledLanguage = z.strictObject({
  enabled: z.boolean().default(false).describe('off: LEDs are switched by hand alone'),
  patterns: z
    .strictObject({
      off: patterns.off.default(['off', 'off', 'off']),
      booting: patterns.booting.default(['blink', 'off', 'off']),
      'master-image': patterns['master-image'].default(['on', 'off', 'off']),
      'test-image': patterns['test-image'].default(['on', 'on', 'off']),
      recovery: patterns.recovery.default(['off', 'blink', 'off']),
      failed: patterns.failed.default(['off', 'off', 'on']),
      'this-one': patterns['this-one'].default(['blink', 'blink', 'blink']),
    })
    .prefault({}),
  rules: rules.default([
    { when: { kind: 'power', is: 'on' }, state: 'booting' },
    { when: { kind: 'stage', stage: 'login' }, state: 'master-image' },
    { when: { kind: 'job' }, state: 'test-image' },
    { when: { kind: 'fault' }, state: 'failed' },
    { when: { kind: 'power', is: 'off' }, state: 'off' },
  ]),
});
export type LedLanguage = z.infer<typeof ledLanguage>;
export const defaultLedLanguage: LedLanguage = ledLanguage.parse({});

/** What is left out stays as it is, of the patterns too; rules are given all together. */
export const ledLanguagePatch = z
  .strictObject({ enabled: z.boolean(), patterns: z.strictObject(patterns).partial(), rules })
  .partial();
