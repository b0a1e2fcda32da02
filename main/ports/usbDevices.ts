import { z } from 'zod';
import data from '../../resources/usb-devices.json' with { type: 'json' };
import { type PortLooks, portLooks } from '../contract/index.ts';

const hex4 = z.string().regex(/^[0-9a-f]{4}$/);
const kind = portLooks.shape.kind;

const usbDevice = z.strictObject({
  vendor: hex4,
  /** Empty: whatever else this vendor makes. */
  products: z.array(hex4).default([]),
  name: z.string().min(1),
  kind,
  /** Where a device has several lines: what those are that differ, by interface number. */
  interfaces: z.record(z.string().regex(/^\d{1,3}$/), kind).default({}),
});

const usbText = z.strictObject({
  /** In the product's or the maker's name, whatever its case. */
  contains: z.string().min(3).toLowerCase(),
  name: z.string().min(1),
  kind,
});

export const usbDevicesDocument = z.strictObject({
  comment: z.array(z.string()),
  /** These win over numbers: many hobby devices borrow theirs. */
  texts: z.array(usbText),
  devices: z.array(usbDevice),
});

type Known = Pick<
  { vendorId: string | null; productId: string | null; manufacturer: string | null; product: string | null },
  'vendorId' | 'productId' | 'manufacturer' | 'product'
> & { readonly interface: number | null };

/** What ports look like, by `resources/usb-devices.json`. */
export class UsbDevices {
  readonly #texts: z.infer<typeof usbDevicesDocument>['texts'];
  readonly #byProduct = new Map<string, z.infer<typeof usbDevice>>();
  readonly #byVendor = new Map<string, z.infer<typeof usbDevice>>();

  /** Throws ZodError for what is no such table, and an Error where one device is there twice. */
  constructor(table: unknown = data) {
    const { texts, devices } = usbDevicesDocument.parse(table);
    this.#texts = texts;
    for (const device of devices) {
      if (device.products.length === 0) addOnce(this.#byVendor, device.vendor, device);
      for (const product of device.products) addOnce(this.#byProduct, `${device.vendor}:${product}`, device);
    }
  }

  /** Null for what the table does not know. */
  looksOf(port: Known): PortLooks | null {
    const words = `${port.manufacturer ?? ''}\n${port.product ?? ''}`.toLowerCase();
    const text = this.#texts.find(({ contains }) => words.includes(contains));
    if (text) return { kind: text.kind, name: port.product ?? text.name };
    const device =
      this.#byProduct.get(`${port.vendorId}:${port.productId}`) ?? this.#byVendor.get(port.vendorId ?? '');
    if (!device) return null;
    return { kind: device.interfaces[String(port.interface)] ?? device.kind, name: device.name };
  }
}

function addOnce<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.has(key)) throw new Error(`usb-devices.json has ${key} twice`);
  map.set(key, value);
}
