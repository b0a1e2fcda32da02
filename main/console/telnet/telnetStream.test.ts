import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../../test/fakes/seededRandom.ts';
import { maxSubnegotiationBytes, TelnetDecoder } from './decoder.ts';
import { encodeNegotiation, encodeSubnegotiation, escapeIac } from './encoder.ts';
import { NetworkNewlines } from './newlines.ts';

/** Everything a decoder finds, one line each; neighbouring data joined, as pieces may be cut anywhere. */
function decode(pieces: readonly Uint8Array[]): { found: string[]; failed: boolean } {
  const found: string[] = [];
  let data: number[] = [];
  const note = (text: string) => {
    if (data.length > 0) found.push(`data ${data}`);
    data = [];
    found.push(text);
  };
  const decoder = new TelnetDecoder({
    onData: (bytes) => data.push(...bytes),
    onCommand: (code) => note(`command ${code}`),
    onNegotiation: (verb, option) => note(`negotiation ${verb} ${option}`),
    onSubnegotiation: (option, payload) => note(`option ${option} ${payload}`),
  });
  let failed = false;
  try {
    for (const piece of pieces) decoder.feed(piece);
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_REQUEST' });
    failed = true;
  }
  note('end');
  return { found, failed };
}

/** A stream with everything in it that telnet has. */
function validStream(random: SeededRandom): Uint8Array {
  const parts = Array.from({ length: 20 }, () => {
    switch (random.below(4)) {
      case 0:
        return encodeNegotiation(random.pick([251, 252, 253, 254]), random.below(256));
      case 1:
        return encodeSubnegotiation(random.below(256), random.bytes(random.below(40)));
      case 2:
        return Uint8Array.of(255, 241 + random.below(9));
      default:
        return escapeIac(random.bytes(random.below(200)));
    }
  });
  return Buffer.concat(parts);
}

describe('telnet streams', () => {
  test('what is encoded is decoded, whatever bytes it is made of', () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, at) => at);
    expect(decode([escapeIac(bytes)]).found).toEqual([`data ${[...bytes]}`, 'end']);
    expect(decode([encodeSubnegotiation(44, bytes.subarray(0, 256))]).found).toEqual([
      `option 44 ${bytes.subarray(0, 256)}`,
      'end',
    ]);
  });

  test('bytes without IAC are escaped without a copy', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(escapeIac(bytes)).toBe(bytes);
  });

  test('a stream means the same however it is cut', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 300; round += 1) {
      const stream = validStream(random);
      const whole = decode([stream]);
      expect(whole.failed).toBe(false);
      expect(decode(random.cut(stream, 7))).toEqual(whole);
    }
  });

  test('damaged streams and noise are refused or decoded, and mean the same however they are cut', () => {
    const random = new SeededRandom(2);
    for (let round = 0; round < 300; round += 1) {
      const stream = random.below(2) ? Buffer.from(validStream(random)) : Buffer.from(random.bytes(1_000));
      for (let damage = random.below(8); damage > 0; damage -= 1)
        stream[random.below(stream.length)] = random.pick([255, 250, 240, random.below(256)]);
      expect(decode(random.cut(stream, 9))).toEqual(decode([stream]));
    }
  });

  test('an option that does not end is refused at its limit, not collected', () => {
    const begin = Uint8Array.of(255, 250, 44);
    const full = new Uint8Array(maxSubnegotiationBytes);
    expect(decode([begin, full]).failed).toBe(false);
    expect(decode([begin, full, Uint8Array.of(0)]).failed).toBe(true);
    expect(decode([begin, Uint8Array.of(1, 255, 251)]).failed).toBe(true);
  });
});

describe('Enter', () => {
  const map = (pieces: readonly string[]) => {
    const newlines = new NetworkNewlines();
    return pieces.map((piece) => Buffer.from(newlines.toSerial(Buffer.from(piece))).toString()).join('');
  };

  test('CR NUL and CR LF become CR, even cut in two; everything else stays', () => {
    expect(map(['a\r\nb\r\0c'])).toBe('a\rb\rc');
    expect(map(['a\r', '\nb\r', '', '\0c'])).toBe('a\rb\rc');
    expect(map(['\n\0\r\r\n\n'])).toBe('\n\0\r\r\n');
    expect(map(['\rx\n'])).toBe('\rx\n');
  });
});
