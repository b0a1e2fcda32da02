import type { IDisposable, Terminal } from '@xterm/xterm';

/** Brings a row of the scrollback into view, a third down the screen. */
export function scrollToRow(terminal: Terminal, row: number): void {
  terminal.scrollToLine(Math.max(0, row - Math.floor(terminal.rows / 3)));
}

/** Marks a row of the scrollback until told otherwise. */
export function pointAtRow(terminal: Terminal, row: number): IDisposable {
  const { active } = terminal.buffer;
  const marker = terminal.registerMarker(row - (active.baseY + active.cursorY));
  const decoration = terminal.registerDecoration({ marker, width: terminal.cols });
  decoration?.onRender((element) => element.classList.add('terminal-pointed-at'));
  // The decoration goes with its marker.
  return marker;
}
