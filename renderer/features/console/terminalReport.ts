/**
 * Cursor position, device attributes, mode and color answers, focus and mouse: what a terminal says by itself.
 * Sequences as in xterm's ctlseqs. Shift+F3 looks like a cursor position and counts as one.
 */
const reports = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC is what these begin with
  /^\x1b\[[?>=]?[\d;]*(?:\$y|[cnRt])$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /^\x1b[P\]][\s\S]*(?:\x1b\\|\x07)$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /^\x1b\[[IO]$/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /^\x1b\[(?:<[\d;]+[Mm]|M[\s\S]{3})$/,
];

/** Whether the terminal said `text` by itself, and nobody typed it. */
export function isReport(text: string): boolean {
  return text.startsWith('\x1b') && reports.some((report) => report.test(text));
}
