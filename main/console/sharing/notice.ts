/** What Labdeck itself says, set apart from what the board prints. Whatever `text` is made of, it is one line. */
export function notice(text: string): Uint8Array {
  // Names and reasons come from people and programs: an escape sequence among them must not reach a terminal.
  const oneLine = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 500);
  return new TextEncoder().encode(`\r\n[Labdeck: ${oneLine}]\r\n`);
}
