// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** Whether a text shows all there is in it: no line ends, no escapes, nothing that hides. */
export function isReadable(text: string): boolean {
  return !control.test(text);
}

/** What comes from devices and other programs, made harmless for terminals and eyes; one line. */
export function plainText(text: string): string {
  return [...text.replaceAll(/\s+/g, ' ')]
    .map((char) => (control.test(char) ? '\ufffd' : char))
    .join('')
    .trim();
}
