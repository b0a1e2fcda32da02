import type { LabdeckShell } from '../../main/contract/shell.ts';

declare global {
  interface Window {
    /** Only in the desktop app. */
    readonly labdeckShell?: LabdeckShell;
    /** For tests: what a terminal shows. Reads only. */
    labdeckTest?: { readTerminal(consoleId: string): string };
  }
}
