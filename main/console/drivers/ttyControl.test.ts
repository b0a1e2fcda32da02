import { beforeEach, expect, test } from 'vitest';
import type { LineParameters } from '../transport.ts';
import { type ControlBinding, sttySettings, TtyControl } from './ttyControl.ts';

const line: LineParameters = {
  baudRate: 115_200,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  flowControl: 'none',
};

/** A serial port behind serialport's binding: every `set` sets all signals. */
class FakeBinding implements ControlBinding {
  isOpen = true;
  hasModemSignals = true;
  baudRate = 115_200;
  readonly history: string[] = [];
  failure: Error | null = null;

  async set({ brk, dtr, rts }: { brk: boolean; dtr: boolean; rts: boolean }): Promise<void> {
    if (this.failure) throw this.failure;
    const on = (signal: boolean) => (signal ? 'on' : 'off');
    this.history.push(`break ${on(brk)}, dtr ${on(dtr)}, rts ${on(rts)}`);
  }

  async get() {
    if (!this.hasModemSignals) throw new Error('Error: Inappropriate ioctl for device, cannot get');
    return { cts: true, dsr: false, dcd: true, lowLatency: false };
  }

  async update({ baudRate }: { baudRate: number }): Promise<void> {
    this.baudRate = baudRate;
    this.history.push('flushed');
  }

  async flush(): Promise<void> {
    this.history.push('flushed');
  }
}

let binding: FakeBinding;
let control: TtyControl;
beforeEach(async () => {
  binding = new FakeBinding();
  const probed = await TtyControl.probe(binding, '/dev/ttyUSB0', line, () => binding.history.push('read'));
  if (!probed) throw new Error('a port with modem signals has a control');
  control = probed;
});

test('a port without modem signals is bytes alone', async () => {
  binding.hasModemSignals = false;
  expect(await TtyControl.probe(binding, '/dev/pts/4', line, () => {})).toBeNull();
});

test('one signal is changed, and the other stays', async () => {
  await control.setSignals({ dtr: false });
  await control.setSignals({ rts: false });
  await control.setSignals({ dtr: true });
  expect(binding.history).toEqual([
    'break off, dtr off, rts on',
    'break off, dtr off, rts off',
    'break off, dtr on, rts off',
  ]);
  expect(control.driven).toEqual({ dtr: true, rts: false });
  expect(await control.readSignals()).toEqual({ cts: true, dsr: false, dcd: true });
});

test('a break leaves the signals alone, and a signal set meanwhile does not end it', async () => {
  await control.setSignals({ rts: false });
  await Promise.all([control.sendBreak(5), control.setSignals({ dtr: false })]);
  expect(binding.history.slice(1)).toEqual([
    'break on, dtr on, rts off',
    'break off, dtr on, rts off',
    'break off, dtr off, rts off',
  ]);
});

test('what was received is read before anything is flushed', async () => {
  await control.purge();
  await control.setParameters({ baudRate: 9_600 });
  expect(binding.history).toEqual(['read', 'flushed', 'read', 'flushed']);
  expect(control.parameters).toEqual({ ...line, baudRate: 9_600 });
});

test('what a port refuses is unsupported; a port that went is gone', async () => {
  binding.failure = new Error('Error: Invalid argument, cannot set');
  await expect(control.sendBreak(1)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  binding.isOpen = false;
  await expect(control.setSignals({ dtr: true })).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  await expect(control.readSignals()).rejects.toMatchObject({ code: 'DEVICE_GONE' });
});

test('framing is said in words stty knows', () => {
  expect(sttySettings({ dataBits: 7, parity: 'odd', stopBits: 2, flowControl: 'rtscts' })).toEqual(
    'cs7 parenb parodd cstopb crtscts -ixon -ixoff'.split(' '),
  );
  expect(sttySettings({ parity: 'none' })).toEqual(['-parenb']);
  expect(sttySettings({})).toEqual([]);
});
