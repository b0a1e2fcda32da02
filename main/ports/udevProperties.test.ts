import { expect, test } from 'vitest';
import { decodeUdev, linkNames, parseProperties, productName } from './udevProperties.ts';

test('properties are read with and without the prefix of other queries', () => {
  const text = 'P: /devices/x\nN: ttyACM0\nE: DEVNAME=/dev/ttyACM0\nID_MODEL=A=B\n\nnoise\n';
  expect([...parseProperties(text)]).toEqual([
    ['DEVNAME', '/dev/ttyACM0'],
    ['ID_MODEL', 'A=B'],
  ]);
});

test('escaped bytes are decoded together, as UTF-8', () => {
  expect(decodeUdev('M\\xc3\\xbcller\\x20GmbH')).toBe('Müller GmbH');
  expect(decodeUdev('plain')).toBe('plain');
});

test("the product is the database's name, else the device's own", () => {
  const name = (properties: Record<string, string>) => productName(new Map(Object.entries(properties)));
  const own = { ID_MODEL: 'Power_Cable', ID_MODEL_ENC: 'Power\\x20Cable\\x20' };
  expect(name({ ...own, ID_MODEL_FROM_DATABASE: 'ST-LINK/V2.1' })).toBe('ST-LINK/V2.1');
  expect(name(own)).toBe('Power Cable');
  expect(name({ ID_MODEL: 'Power_Cable' })).toBe('Power Cable');
  // A PCI parent's name must not win over the USB device's.
  expect(name({ ...own, ID_USB_MODEL_ENC: 'FT230X' })).toBe('FT230X');
  expect(name({})).toBeNull();
});

test('of two by-path names the one every udev gives is taken', () => {
  const links = [
    '/dev/serial/by-path/pci-0-usbv2-0:2:1.0',
    '/dev/serial/by-path/pci-0-usb-0:2:1.0',
    '/dev/serial/by-id/usb-X-if00',
    '/dev/my-own',
  ];
  expect(linkNames(new Map([['DEVLINKS', links.join(' ')]]))).toEqual({
    byId: 'usb-X-if00',
    byPath: 'pci-0-usb-0:2:1.0',
  });
  expect(linkNames(new Map())).toEqual({ byId: null, byPath: null });
});
