import type { LabdeckShell } from '../../main/contract/shell.ts';

declare global {
  interface Window {
    /** Only in the desktop app. */
    readonly labdeckShell?: LabdeckShell;
    /** For tests: what a terminal, by its console's or its shell's id, shows. Reads only. */
    labdeckTest?: { readTerminal(id: string): string };
  }
}
