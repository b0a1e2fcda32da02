import type { Lab } from './lab.ts';

/** Lets an end-to-end test read what a terminal shows. It can't do anything else. */
export function readTerminalForTests(lab: Lab): void {
  window.labdeckTest = {
    readTerminal: (id) => (lab.terminals.peek(id) ?? lab.shells.peek(id))?.readText() ?? '',
  };
}
