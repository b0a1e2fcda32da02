import type { Macro } from '../../../main/contract/index.ts';

const known: ReadonlySet<string> = new Set(['board', 'console', 'date', 'time']);

/** The variables a macro asks for, in the order they appear; those the core knows are not among them. */
export function macroVariables(text: string): string[] {
  const names = [...text.matchAll(/\{\{\s*([a-zA-Z][a-zA-Z0-9_-]{0,39})\s*\}\}/g)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(names)].filter((name) => !known.has(name));
}

/** Whether somebody has to say something before it can be typed. */
export function macroAsks(macro: Macro): boolean {
  return macroVariables(macro.text).some((name) => macro.defaults[name] === undefined);
}
