import { complains, type Outcome } from './program.ts';

const widths: Readonly<Record<string, number>> = { b: 1, w: 2, l: 4, q: 8 };
const bytesPerLine = 16;

/** `md[.b|.w|.l|.q] address [count]`, both hexadecimal; the memory shown is made up but always the same. */
export function memoryDump(typed: string, args: readonly string[]): Outcome {
  const width = widths[typed.split('.')[1] ?? 'l'];
  const start = parseHex(args[0]);
  const count = args[1] === undefined ? 0x40 : parseHex(args[1]);
  if (width === undefined || start === null || count === null)
    return complains('md - memory display\n\nUsage:\nmd [.b, .w, .l, .q] address [# of objects]\n');
  const endOffset = count * width;
  let offset = 0;
  const next = () => {
    if (offset >= endOffset) return null;
    const line = dumpLine(start + offset, Math.min(bytesPerLine, endOffset - offset), width);
    offset += bytesPerLine;
    return line;
  };
  // A stream, so that a huge count neither fills memory nor outlives Ctrl-C.
  return { ok: true, job: { kind: 'stream', next } };
}

function dumpLine(address: number, length: number, width: number): string {
  const bytes = Array.from({ length }, (_, i) => byteAt(address + i));
  const text = bytes.map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('');
  let hex = '';
  for (let at = 0; at < length; at += width) {
    // Little-endian: the highest byte of a word is its last.
    const word = bytes.slice(at, at + width).reverse();
    hex += ` ${word.map((b) => b.toString(16).padStart(2, '0')).join('')}`;
  }
  const columns = (bytesPerLine / width) * (width * 2 + 1);
  return `${hex8(address)}:${hex.padEnd(columns)}  ${text}\n`;
}

/** A plausible mix: text here and there, zeros, and noise. */
function byteAt(address: number): number {
  const block = Math.floor(address / 64) % 4;
  if (block === 0) return 0;
  if (block === 1) return 'Labdeck sim memory, none of it is real. '.charCodeAt(address % 40);
  return (Math.imul(address & 0x7fffffff, 0x9e3779b1) >>> 13) & 0xff;
}

function parseHex(text: string | undefined): number | null {
  if (text === undefined || !/^(0x)?[0-9a-f]{1,8}$/i.test(text)) return null;
  return Number.parseInt(text.replace(/^0x/i, ''), 16);
}

function hex8(value: number): string {
  return (value % 2 ** 32).toString(16).padStart(8, '0');
}
