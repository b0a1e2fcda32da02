import type { CablePower, Leds } from '../../contract/index.ts';

/** What one command of the cable says: all of it, each time. */
export interface CableMask {
  readonly power: boolean;
  readonly leds: Leds;
}

export type CableDialect = Pick<CablePower, 'bitOrder' | 'digits' | 'newline'>;

/**
 * One command of the ACM power cable, as ASCII: power and three LEDs in four bits, written as one digit (see
 * docs/protocols.md). `lsb`: bit 0 is power, bits 1 to 3 are LED 1 to 3. `msb`: bit 3 is power, bits 2 to 0 are
 * LED 1 to 3. Ten and above are the characters that follow '9' (`:` to `?`), or `A` to `F` with hex digits.
 */
export function encodeCable(mask: CableMask, dialect: CableDialect): string {
  const bits = [mask.power, ...mask.leds];
  const nibble = bits.reduce(
    (sum, bit, index) => (bit ? sum | (1 << (dialect.bitOrder === 'lsb' ? index : 3 - index)) : sum),
    0,
  );
  const code = dialect.digits === 'hex' && nibble > 9 ? 0x41 + nibble - 10 : 0x30 | nibble;
  return `${String.fromCharCode(code)}${dialect.newline ? '\n' : ''}`;
}

/** Names the dialect: what was sent in one means something else in another. */
export function dialectName(dialect: CableDialect): string {
  return `${dialect.bitOrder} ${dialect.digits}${dialect.newline ? ' newline' : ''}`;
}
