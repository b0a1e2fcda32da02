import type { ExpectRule } from '../../contract/index.ts';
import { compilePattern } from './pattern.ts';

/** Throws LabError BAD_REQUEST that names the field (`rules.2.pattern`) of the first rule that cannot work. */
export function checkRules(rules: readonly ExpectRule[]): void {
  rules.forEach((rule, index) => {
    compilePattern(rule, `rules.${index}.pattern`);
  });
}
