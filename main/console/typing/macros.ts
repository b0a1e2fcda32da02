import type { Macro } from '../../contract/index.ts';

export interface MacroContext {
  readonly board: string;
  readonly console: string;
  readonly now: Date;
}

const variable = /\{\{\s*([a-zA-Z][a-zA-Z0-9_-]{0,39})\s*\}\}/g;

/**
 * A macro's text with its variables put in: what the caller gave, else what is known (`board`, `console`, `date`,
 * `time`, host time), else the macro's defaults. Names those without a value instead. A value is never expanded
 * itself.
 */
export function expandMacro(
  macro: Pick<Macro, 'text' | 'defaults'>,
  values: Readonly<Record<string, string>>,
  context: MacroContext,
): { readonly text: string } | { readonly missing: readonly string[] } {
  const all = new Map([
    ...Object.entries(macro.defaults),
    ...Object.entries(knownValues(context)),
    ...Object.entries(values),
  ]);
  const missing = new Set<string>();
  const text = macro.text.replace(variable, (whole, name: string) => {
    const value = all.get(name);
    if (value === undefined) missing.add(name);
    return value ?? whole;
  });
  return missing.size > 0 ? { missing: [...missing] } : { text };
}

function knownValues({ board, console, now }: MacroContext): Record<string, string> {
  const two = (number: number) => String(number).padStart(2, '0');
  return {
    board,
    console,
    date: `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`,
    time: `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`,
  };
}
