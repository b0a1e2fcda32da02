export { checkRules } from './checkRules.ts';
export { type RuleActions, RuleEngine, type RuleEngineOptions } from './ruleEngine.ts';
