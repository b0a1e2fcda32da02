/** What udev knows of one device, by property name. */
export type UdevProperties = ReadonlyMap<string, string>;

/** Reads `udevadm info -q property` (`KEY=VALUE`), and the `E: KEY=VALUE` lines of other queries. */
export function parseProperties(text: string): UdevProperties {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^(?:E: )?([A-Z0-9_]+)=(.*)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) found.set(match[1], match[2]);
  }
  return found;
}

/** The names udev gave in /dev/serial/by-id and by-path, from DEVLINKS. */
export function linkNames(properties: UdevProperties): { byId: string | null; byPath: string | null } {
  const links = properties.get('DEVLINKS')?.split(' ') ?? [];
  return { byId: nameUnder(links, '/dev/serial/by-id/'), byPath: nameUnder(links, '/dev/serial/by-path/') };
}

/** The product's name for people: the hardware database's, else what the device says of itself. */
export function productName(properties: UdevProperties): string | null {
  const fromDatabase = properties.get('ID_MODEL_FROM_DATABASE');
  if (fromDatabase) return fromDatabase;
  // systemd 250 and later also write ID_USB_*, which no parent device can shadow.
  const encoded = properties.get('ID_USB_MODEL_ENC') ?? properties.get('ID_MODEL_ENC');
  if (encoded) return decodeUdev(encoded).trim();
  const plain = properties.get('ID_USB_MODEL') ?? properties.get('ID_MODEL');
  return plain ? plain.replaceAll('_', ' ').trim() : null;
}

/** udev writes bytes outside a safe set as `\xNN`; together they are UTF-8. */
export function decodeUdev(text: string): string {
  const latin1 = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/\\x([0-9a-fA-F]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

/** Newer udev names one USB port twice in by-path (`-usb-` and `-usbv2-`): take the one older udev gives too. */
function nameUnder(links: readonly string[], folder: string): string | null {
  const names = links.filter((link) => link.startsWith(folder)).map((link) => link.slice(folder.length));
  return (
    names.sort((a, b) => Number(a.includes('-usbv')) - Number(b.includes('-usbv')) || (a < b ? -1 : 1))[0] ??
    null
  );
}
