import type { TypingStyle } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';

/** What a terminal asks the window before a key leaves it. */
export interface TypingHost {
  /** How the console is typed to. */
  style(consoleId: string): TypingStyle;
  /** Why nothing may be typed there now; null: go on. */
  refusal(consoleId: string): LabProblem | null;
  /** The consoles a key pressed in this one goes to: itself, and others while one types to many. */
  together(consoleId: string): readonly string[];
  paste(consoleId: string, text: string): void;
  dropFile(consoleId: string, file: File): void;
}

/** As the contract has it by default; spelled out, since the contract's schemas are no part of the first paint. */
export const plainTypingStyle: TypingStyle = {
  lineEnding: 'cr',
  localEcho: false,
  charDelayMs: 0,
  lineDelayMs: 0,
  waitForEcho: false,
  bracketedPaste: true,
};
