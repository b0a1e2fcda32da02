import { oc } from '@orpc/contract';
import { z } from 'zod';
import { labErrors } from './errors.ts';
import { boardRef, slug, timestampMs } from './ids.ts';
import { ledState } from './ledLanguage.ts';

const { NOT_FOUND } = labErrors;

/** What a rule does when its pattern shows. */
export const ruleAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('send'), text: z.string().min(1).max(4096).describe('typed as it is') }),
  /** One key at once and again until the countdown line is left, at most for 3 s. */
  z.strictObject({ kind: z.literal('stop-autoboot'), key: z.string().min(1).max(20).default(' ') }),
  z.strictObject({ kind: z.literal('mark'), text: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('notify'), text: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('power-off') }),
  /** Says it with the board's LEDs until the next boot. */
  z.strictObject({ kind: z.literal('show-state'), state: ledState }),
]);
export type RuleAction = z.infer<typeof ruleAction>;

/** Expect: pattern, then action. Armed anew with every boot. */
export const expectRule = z.strictObject({
  name: z.string().trim().min(1).max(60),
  enabled: z.boolean().default(true),
  console: slug.default('main'),
  /** A text, or with `regex` an expression in RE2 syntax: it runs in linear time, so no back-references or look-around. */
  pattern: z.string().min(1).max(500),
  regex: z.boolean().default(false),
  action: ruleAction,
  /** Only so long after the boot began; null: as long as the boot lasts. */
  withinMs: z.int().min(100).max(86_400_000).nullable().default(null),
  /** At most so often in one boot. */
  maxTimes: z.int().min(1).max(10_000).default(1),
});
export type ExpectRule = z.infer<typeof expectRule>;

export const ruleStatus = z.object({
  name: z.string(),
  /** `spent`: was used as often as it may; `late`: its time is over; both until the next boot. */
  state: z.enum(['armed', 'spent', 'late', 'off', 'failed']),
  /** In this boot. */
  hits: z.int(),
  totalHits: z.int().describe('since the core started'),
  lastHitAtMs: timestampMs.nullable(),
  problem: z.string().nullable(),
});
export type RuleStatus = z.infer<typeof ruleStatus>;

export const stopAutobootRule: ExpectRule = {
  name: 'Stop U-Boot autoboot',
  enabled: true,
  console: 'main',
  pattern: '(Hit any key to stop autoboot|Press .{1,20} to (abort|stop) autoboot|Autoboot in \\d+ seconds)',
  regex: true,
  action: { kind: 'stop-autoboot', key: ' ' },
  withinMs: null,
  maxTimes: 3,
};

export const rulesContract = {
  status: oc
    .route({ method: 'GET', path: '/boards/{boardId}/rules', summary: "How a board's expect rules stand" })
    .errors({ NOT_FOUND })
    .input(z.strictObject({ boardId: boardRef }))
    .output(z.array(ruleStatus)),
};
