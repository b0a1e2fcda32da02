import { expect, test } from 'vitest';
import { parseHubs, parsePortStatus } from './uhubctl.ts';

const switched = `Current status for hub 1-1 [0409:55aa QEMU QEMU USB Hub HUB1, USB 1.10, 8 ports, ppps]
  Port 3: 0103 power enable connect [0403:6001 QEMU QEMU USB SERIAL 1]
Sent power off request
New status for hub 1-1 [0409:55aa QEMU QEMU USB Hub HUB1, USB 1.10, 8 ports, ppps]
  Port 3: 0000 off
`;

test('of a port the last status counts, and another port is not meant', () => {
  expect(parsePortStatus(switched, 3)).toBe(false);
  expect(parsePortStatus('  Port 3: 0100 power\n', 3)).toBe(true);
  expect(parsePortStatus('  Port 1: 02a0 power 5gbps Rx.Detect\n', 1)).toBe(true);
  expect(parsePortStatus('  Port 13: 0000 off\n', 3)).toBeNull();
  expect(parsePortStatus('No compatible devices detected!\n', 3)).toBeNull();
});

test('a device that calls itself "off" is on', () => {
  expect(parsePortStatus('  Port 2: 0103 power enable connect [1234:5678 off]\n', 2)).toBe(true);
});

test('hubs are known by the kernel names, root hubs too', () => {
  const said = [
    'Current status for hub 1-1.4 [0409:55aa, USB 1.10, 8 ports, nops]',
    'Current status for hub 2 [1d6b:0003, USB 3.00, 4 ports, ppps]',
    'Current status for hub 3-1 [05e3:0608, USB 2.00, 4 ports, ganged]',
    'nonsense',
  ].join('\n');
  expect([...parseHubs(said)]).toEqual([
    ['1-1.4', 'none'],
    ['usb2', 'per-port'],
    ['3-1', 'ganged'],
  ]);
});
