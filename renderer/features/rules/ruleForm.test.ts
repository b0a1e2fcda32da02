import { expect, test } from 'vitest';
import { stopAutobootRule } from '../../../main/contract/index.ts';
import { checkRule } from './ruleForm.ts';
import { emptyRule } from './ruleWords.ts';

test('the ready-made rule is fine as it is', () => {
  expect(checkRule(stopAutobootRule, [])).toEqual({});
});

test('each mistake is told at its field, in words', () => {
  expect(checkRule(emptyRule, [])).toEqual({
    name: 'Give it a name.',
    pattern: 'Say what to wait for.',
    action: 'Say which text.',
  });
  expect(checkRule({ ...stopAutobootRule, pattern: '(a' }, []).pattern).toBeDefined();
  expect(checkRule({ ...stopAutobootRule, pattern: '(a', regex: false }, [])).toEqual({});
  expect(checkRule(stopAutobootRule, [stopAutobootRule.name]).name).toContain('Another');
});
