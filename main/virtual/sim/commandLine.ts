export interface Command {
  readonly text: string;
  /** Whether it runs whatever the one before did, only if that succeeded (&&), or only if it failed (||). */
  readonly when: 'always' | 'ok' | 'failed';
}

/** Splits a line at `;`, `&&` and `||` outside quotes. */
export function splitCommands(line: string): Command[] {
  const commands: Command[] = [];
  let when: Command['when'] = 'always';
  let start = 0;
  const cut = (end: number, next: Command['when'], skip: number) => {
    const text = line.slice(start, end).trim();
    if (text !== '' && !text.startsWith('#')) commands.push({ text, when });
    when = next;
    start = end + skip;
  };
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '\\' && quote !== "'") at++;
    else if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === ';') cut(at, 'always', 1);
    else if (line.startsWith('&&', at)) cut(at++, 'ok', 2);
    else if (line.startsWith('||', at)) cut(at++, 'failed', 2);
  }
  cut(line.length, 'always', 0);
  return commands;
}

/** Splits a command into words: quotes, backslashes, and `$name` or `${name}` outside single quotes. */
export function splitWords(text: string, lookup: (name: string) => string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\' && quote !== "'") word = (word ?? '') + text.charAt(++at);
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
      word ??= '';
    } else if (char === '$' && quote !== "'") {
      const variable = /^\$(?:\{(\w+)\}|(\w+|\?))/.exec(text.slice(at, at + 80));
      const value: string = variable ? lookup(variable[1] ?? variable[2] ?? '') : '$';
      if (variable) at += variable[0].length - 1;
      if (value !== '') word = (word ?? '') + value;
    } else if (quote === '' && char === ' ') {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (word !== null) words.push(word);
  return words;
}
