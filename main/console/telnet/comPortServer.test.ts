import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeLineControl } from '../../../test/fakes/fakeLineControl.ts';
import { SeededRandom } from '../../../test/fakes/seededRandom.ts';
import { LabError } from '../../contract/labError.ts';
import { guardedControl } from '../leases/guardedControl.ts';
import type { LineControl, LineParameters } from '../transport.ts';
import { ComPortServer } from './comPortServer.ts';

const parameters: LineParameters = {
  baudRate: 115_200,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  flowControl: 'none',
};
let line: LineControl | null;
let readOnly: boolean;
let hasTyped: boolean;
/** How often the lease was wanted. */
let claims: number;
let answers: number[][];
let refusals: string[];
let server: ComPortServer;
beforeEach(() => {
  line = null;
  readOnly = false;
  hasTyped = false;
  claims = 0;
  answers = [];
  refusals = [];
  server = new ComPortServer({
    signature: 'Labdeck beagle.main',
    control: () =>
      line &&
      guardedControl(line, () => {
        claims += 1;
      }),
    parameters: () => parameters,
    isReadOnly: () => readOnly,
    hasTyped: () => hasTyped,
    send: (payload) => answers.push([...payload]),
    onRefused: (error) => refusals.push(error.code),
  });
});
afterEach(() => server.stop());

async function ask(...payload: number[]): Promise<number[] | undefined> {
  answers = [];
  await server.handle(Uint8Array.from(payload));
  return answers[0];
}

const baud = (rate: number) => [...new Uint8Array(new Uint32Array([rate]).buffer)].reverse();

test('a question is answered with what the line is set to', async () => {
  expect(await ask(1, ...baud(0))).toEqual([101, ...baud(115_200)]);
  expect(await ask(2, 0)).toEqual([102, 8]);
  expect(await ask(3, 0)).toEqual([103, 1]);
  expect(await ask(4, 0)).toEqual([104, 1]);
  expect(await ask(5, 0)).toEqual([105, 1]);
  expect(await ask(5, 4)).toEqual([105, 6]);
  expect(await ask(5, 7)).toEqual([105, 8]);
  expect(await ask(5, 10)).toEqual([105, 11]);
  expect(await ask(5, 13)).toEqual([105, 14]);
  expect(await ask(0)).toEqual([100, ...Buffer.from('Labdeck beagle.main')]);
});

test('a real line is set, and the answer is what it is set to then', async () => {
  const uart = new FakeLineControl();
  line = uart;
  expect(await ask(1, ...baud(9_600))).toEqual([101, ...baud(9_600)]);
  expect(await ask(2, 7)).toEqual([102, 7]);
  expect(await ask(3, 3)).toEqual([103, 3]);
  expect(await ask(4, 2)).toEqual([104, 2]);
  expect(await ask(5, 3)).toEqual([105, 3]);
  expect(uart.parameters).toEqual({
    baudRate: 9_600,
    dataBits: 7,
    parity: 'even',
    stopBits: 2,
    flowControl: 'rtscts',
  });
  await ask(5, 9);
  await ask(5, 12);
  await ask(5, 5);
  hasTyped = true;
  await ask(12, 3);
  expect(uart).toMatchObject({ dtr: false, rts: false, breaks: [250], purged: 1 });
});

test('what no line here can be set to is answered with what it is set to', async () => {
  line = new FakeLineControl();
  expect(await ask(3, 4)).toEqual([103, 1]);
  expect(await ask(4, 3)).toEqual([104, 1]);
  expect(await ask(2, 9)).toEqual([102, 8]);
});

test('a line without a UART is said to have what it was told', async () => {
  expect(await ask(1, ...baud(9_600))).toEqual([101, ...baud(9_600)]);
  expect(await ask(1, ...baud(0))).toEqual([101, ...baud(9_600)]);
  expect(await ask(5, 9)).toEqual([105, 9]);
  expect(await ask(5, 7)).toEqual([105, 9]);
  expect(await ask(5, 5)).toEqual([105, 5]);
  expect(await ask(5, 6)).toEqual([105, 6]);
  expect(await ask(12, 1)).toEqual([112, 1]);
});

test('through a read-only door, or while another writes, nothing is set, and the answer says so', async () => {
  const uart = new FakeLineControl();
  line = uart;
  uart.failure = new LabError('LEASED', 'nightly-ci is writing');
  expect(await ask(1, ...baud(300))).toEqual([101, ...baud(115_200)]);
  expect(await ask(5, 9)).toEqual([105, 8]);
  uart.failure = null;
  readOnly = true;
  expect(await ask(1, ...baud(300))).toEqual([101, ...baud(115_200)]);
  expect(await ask(5, 5)).toEqual([105, 6]);
  expect(refusals).toEqual(['LEASED', 'LEASED', 'FORBIDDEN', 'FORBIDDEN']);
  expect(uart.breaks).toEqual([]);
});

test("a program that opens its port as the line stands already wants nobody's lease", async () => {
  line = new FakeLineControl();
  const opening = [
    [1, ...baud(115_200)],
    [2, 8],
    [3, 1],
    [4, 1],
    [5, 1],
    [5, 8],
    [5, 11],
    [12, 1],
    [12, 2],
  ];
  for (const request of opening)
    expect(await ask(...request)).toEqual([(request[0] ?? 0) + 100, ...request.slice(1)]);
  readOnly = true;
  for (const request of opening) await ask(...request);
  expect({ claims, refusals }).toEqual({ claims: 0, refusals: [] });
});

test('what a line does not have is remembered without its lease', async () => {
  const uart = new FakeLineControl();
  line = {
    ...uart,
    parameters,
    readSignals: () => uart.readSignals(),
    can: { sendBreak: false, setSignals: false, setParameters: false },
    sendBreak: (durationMs) => uart.sendBreak(durationMs),
    setSignals: (signals) => uart.setSignals(signals),
    setParameters: (wanted) => uart.setParameters(wanted),
    purge: () => uart.purge(),
  };
  expect(await ask(1, ...baud(9_600))).toEqual([101, ...baud(9_600)]);
  expect(await ask(5, 9)).toEqual([105, 9]);
  expect(await ask(5, 5)).toEqual([105, 5]);
  expect(claims).toBe(0);
});

test('signals that another client dropped are raised when this one asks for it', async () => {
  const uart = new FakeLineControl();
  line = uart;
  uart.dtr = false;
  expect(await ask(5, 7)).toEqual([105, 9]);
  expect(await ask(5, 8)).toEqual([105, 8]);
  expect(uart.dtr).toBe(true);
});

test('a client that leaves takes its parameters with it', async () => {
  const uart = new FakeLineControl();
  line = uart;
  await ask(1, ...baud(9_600));
  await ask(3, 3);
  await server.stop();
  expect(uart.parameters).toEqual(parameters);
});

test('a client that leaves does not undo what another has set since', async () => {
  const uart = new FakeLineControl();
  line = uart;
  await ask(1, ...baud(9_600));
  await uart.setParameters({ baudRate: 57_600 });
  await server.stop();
  expect(uart.parameters.baudRate).toBe(57_600);
});

test('a change that is under way when its client leaves is undone all the same', async () => {
  const uart = new FakeLineControl();
  line = uart;
  const changing = ask(1, ...baud(9_600));
  await server.stop();
  await changing;
  expect(uart.parameters).toEqual(parameters);
});

test('a client that set nothing changes nothing as it leaves', async () => {
  const uart = new FakeLineControl();
  line = uart;
  await uart.setParameters({ baudRate: 57_600 });
  await ask(1, ...baud(0));
  await server.stop();
  expect(uart.parameters.baudRate).toBe(57_600);
});

test('modem signals are told at once, and again when they change, as far as the mask lets them through', async () => {
  const uart = new FakeLineControl();
  uart.signals = { cts: true, dsr: false, dcd: false };
  line = uart;
  server.start();
  await vi.waitFor(() => expect(answers).toEqual([[107, 0x10 | 0x02 | 0x08]]));
  await ask(11, 0xf0);
  answers = [];
  uart.signals = { cts: true, dsr: true, dcd: false };
  await vi.waitFor(() => expect(answers).toEqual([[107, 0x30]]), { timeout: 5_000 });
});

test('malformed requests are refused as such; noise never does anything else', async () => {
  await expect(ask(1, 1, 2)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(ask(5)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  line = new FakeLineControl();
  const random = new SeededRandom(5);
  for (let round = 0; round < 2_000; round += 1)
    await ask(random.below(16), ...random.bytes(random.below(6))).catch((error) =>
      expect(error).toMatchObject({ code: 'BAD_REQUEST' }),
    );
});
