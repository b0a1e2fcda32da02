/** Where a by-path name points: the socket, and the interface of what is plugged in there. */
export interface PathPlace {
  readonly socket: string;
  readonly interface: number;
  /** Of several ports on one interface (`-port1`): which; null where udev does not count them. */
  readonly line: number | null;
}

/**
 * Takes a name in /dev/serial/by-path apart: `pci-0000:00:14.0-usb-0:1.3:1.0-port0` is interface 0 of what is plugged
 * into `pci-0000:00:14.0-usb-0:1.3` (systemd, udev-builtin-path_id.c). Null for what is no USB path.
 */
export function placeOfPath(byPath: string): PathPlace | null {
  const parts = /^(.+)-usb(?:v\d)?-0:(\d+(?:\.\d+)*):\d+\.(\d+)(?:-port(\d+))?$/.exec(byPath);
  if (!parts) return null;
  const [, controller, ports, number, line] = parts;
  return {
    socket: `${controller}-usb-0:${ports}`,
    interface: Number(number),
    line: line === undefined ? null : Number(line),
  };
}
