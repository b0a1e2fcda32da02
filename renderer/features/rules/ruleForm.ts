import '../../lib/zodWithoutEval.ts';
import type { ExpectRule } from '../../../main/contract/index.ts';
import { expectRule } from '../../../main/contract/rules.ts';
import { sentence } from '../../ui/sentence.ts';
import { tryPattern } from './tryPattern.ts';

export type RuleErrors = Readonly<Partial<Record<'name' | 'pattern' | 'action', string>>>;

/** What the core would refuse, by field. */
export function checkRule(rule: ExpectRule, takenNames: readonly string[]): RuleErrors {
  const errors: { name?: string; pattern?: string; action?: string } = {};
  for (const { path, message } of expectRule.safeParse(rule).error?.issues ?? []) {
    const field = path[0];
    if (field === 'name' || field === 'pattern' || field === 'action') errors[field] ??= sentence(message);
  }
  if (rule.name.trim() === '') errors.name = 'Give it a name.';
  else if (takenNames.includes(rule.name.trim())) errors.name = 'Another rule of this board has this name.';
  if (rule.pattern === '') errors.pattern = 'Say what to wait for.';
  const trial = tryPattern(rule.pattern, rule.regex, '');
  if (trial.kind === 'invalid') errors.pattern = sentence(trial.message);
  if ('text' in rule.action && rule.action.text === '') errors.action = 'Say which text.';
  return errors;
}
