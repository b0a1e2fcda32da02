import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { FakeLineControl } from '../../../test/fakes/fakeLineControl.ts';
import { SeededRandom } from '../../../test/fakes/seededRandom.ts';
import { guardedControl } from '../leases/guardedControl.ts';
import { encodeNegotiation, encodeSubnegotiation, escapeIac } from '../telnet/encoder.ts';
import type { DialectHost } from './dialect.ts';
import { TelnetDialect } from './telnetDialect.ts';

/** A connection that notes what a dialect finds, and does what it asks for in order. */
class FakeHost implements DialectHost {
  isLetIn = true;
  readonly isReadOnly = false;
  readonly hasTyped = false;
  readonly line = new FakeLineControl();
  readonly control = guardedControl(this.line, () => {});
  readonly parameters = this.line.parameters;
  typed: number[] = [];
  sent: number[] = [];
  suspended: boolean[] = [];
  refusals = 0;
  #tail: Promise<void> = Promise.resolve();

  type(bytes: Uint8Array): void {
    this.typed.push(...bytes);
  }

  request(_: number, work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work);
  }

  refused(): void {
    this.refusals += 1;
  }

  suspend(suspended: boolean): void {
    this.suspended.push(suspended);
  }

  send(wire: Uint8Array): void {
    this.sent.push(...wire);
  }

  /** Whether all it was asked for could be read. */
  async settle(): Promise<boolean> {
    try {
      await this.#tail;
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'BAD_REQUEST' });
      return false;
    }
  }
}

async function run(pieces: readonly Uint8Array[]) {
  const host = new FakeHost();
  const dialect = new TelnetDialect(host, 'Labdeck');
  dialect.start();
  let refused = false;
  try {
    for (const piece of pieces) dialect.receive(piece);
  } catch (error) {
    expect(error).toMatchObject({ code: 'BAD_REQUEST' });
    refused = true;
  }
  const settled = await host.settle();
  dialect.dispose();
  return { typed: host.typed, suspended: host.suspended, refused, settled, sentBytes: host.sent.length };
}

/** What an RFC 2217 client may send, with now and then a byte of it damaged. */
function hostileStream(random: SeededRandom): Uint8Array {
  const parts = Array.from({ length: 30 }, () => {
    switch (random.below(3)) {
      case 0:
        return encodeNegotiation(random.pick([251, 252, 253, 254]), random.pick([0, 1, 3, 44, 24]));
      case 1: {
        const command = random.below(14);
        const value = random.bytes(command === 1 ? 4 : 1);
        return encodeSubnegotiation(44, Uint8Array.of(command, ...value));
      }
      default:
        return escapeIac(random.bytes(random.below(50)));
    }
  });
  const stream = Buffer.concat(parts);
  if (random.below(3) === 0) stream[random.below(stream.length)] = random.below(256);
  return stream;
}

test('whatever a client sends, it is read alike in one piece and in many, and answers stay in proportion', async () => {
  const random = new SeededRandom(6);
  for (let round = 0; round < 200; round += 1) {
    const stream = round % 4 === 0 ? random.bytes(2_000) : hostileStream(random);
    const whole = await run([stream]);
    const { sentBytes, ...cut } = await run(random.cut(stream, 5));
    expect(cut).toEqual({
      typed: whole.typed,
      suspended: whole.suspended,
      refused: whole.refused,
      settled: whole.settled,
    });
    // "Are you there", two bytes, has the longest answer.
    expect(sentBytes).toBeLessThan(10 * stream.length + 200);
  }
});

test('a client that asks for silence gets it at once, before what waits for the line', async () => {
  const host = new FakeHost();
  const dialect = new TelnetDialect(host, 'Labdeck');
  dialect.receive(encodeSubnegotiation(44, Uint8Array.of(8)));
  dialect.receive(encodeSubnegotiation(44, Uint8Array.of(9)));
  expect(host.suspended).toEqual([true, false]);
});

test("telnet's own break reaches the line", async () => {
  const host = new FakeHost();
  new TelnetDialect(host, 'Labdeck').receive(Uint8Array.of(255, 243));
  await host.settle();
  expect(host.line.breaks).toEqual([250]);
});

test('notices are for people: a client that speaks RFC 2217 gets none', () => {
  const dialect = new TelnetDialect(new FakeHost(), 'Labdeck');
  expect(dialect.takesNotices).toBe(true);
  dialect.receive(encodeNegotiation(251, 44));
  expect(dialect.takesNotices).toBe(false);
  dialect.dispose();
});

test("the board's signals are told once the client is let in, not before", async () => {
  const host = new FakeHost();
  host.isLetIn = false;
  const dialect = new TelnetDialect(host, 'Labdeck');
  const modemState = encodeSubnegotiation(44, Uint8Array.of(107)).subarray(0, 4).toString();
  const told = () => host.sent.toString().includes(modemState);
  dialect.receive(encodeNegotiation(251, 44));
  await setImmediate();
  expect(told()).toBe(false);
  host.isLetIn = true;
  dialect.letIn();
  await vi.waitFor(() => expect(told()).toBe(true));
  dialect.dispose();
});
