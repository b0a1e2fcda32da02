import type { Command } from './command.ts';

const maxShown = 40;

/** Commands that have every word typed, best first; before anything is typed, the likely ones. */
export function findCommands(query: string, commands: readonly Command[]): Command[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return commands.filter((command) => command.first === true).slice(0, maxShown);
  return commands
    .map((command) => ({ command, rank: rankOf(words, command) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, maxShown)
    .map(({ command }) => command);
}

/** 0: a word is missing. A word that begins the title or one of its words counts most. */
function rankOf(words: readonly string[], command: Command): number {
  const title = command.title.toLowerCase();
  const rest = `${command.group} ${command.keywords ?? ''}`.toLowerCase();
  let rank = 0;
  for (const word of words) {
    if (title.startsWith(word)) rank += 8;
    else if (title.includes(` ${word}`)) rank += 5;
    else if (title.includes(word)) rank += 3;
    else if (rest.includes(word)) rank += 1;
    else return 0;
  }
  return rank;
}

/** In groups, each where its best command stands. */
export function groupCommands(commands: readonly Command[]): { group: string; commands: Command[] }[] {
  const groups = new Map<string, Command[]>();
  for (const command of commands) {
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return [...groups].map(([group, members]) => ({ group, commands: members }));
}
