import type { TypingStyle } from '../../../main/contract/index.ts';

/** As much text as one paste takes; `maxPasteBytes` of the contract. */
export const mostPasteBytes = 512 * 1024;
/** More lines than these are rarely meant: whoever pastes them is asked first. */
export const linesWithoutQuestion = 5;

/** `keys`: as if typed. `task`: at the pace the board bears, with progress. `ask`: that, once one has looked. */
export type PasteWay = 'keys' | 'task' | 'ask' | 'too-much';

export function pasteWay(text: string, style: TypingStyle, asksFirst: boolean): PasteWay {
  if (new TextEncoder().encode(text).length > mostPasteBytes) return 'too-much';
  if (asksFirst && countLines(text) > linesWithoutQuestion) return 'ask';
  const plain = !/[\r\n]/.test(text) && style.charDelayMs === 0 && !style.waitForEcho;
  return plain ? 'keys' : 'task';
}

/** Lines of text; a line break at the very end begins no further one. */
export function countLines(text: string): number {
  return text.replace(/(\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/).length;
}
