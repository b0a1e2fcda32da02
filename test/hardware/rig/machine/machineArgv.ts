import type { GuestImage } from '../image/guestImage.ts';

/** Everything one QEMU needs to know; files are in its run folder unless said otherwise. */
export interface MachineOptions {
  readonly image: GuestImage;
  readonly appDisk: string;
  readonly runDir: string;
  /** A file to go on from instead of booting. */
  readonly snapshot?: string;
}

/** Of the guest: its agent, and the two cores there may be. */
export const guestPorts = { agent: 80, first: 81, second: 82 } as const;
const forwardedPorts = Object.values(guestPorts);
const forward = (port: number) => `hostfwd=tcp:127.0.0.1:0-:${port}`;

const kernelLine = [
  'console=ttyS0 quiet panic=-1 net.ifnames=0',
  // What costs time in an emulator and proves nothing here.
  'mitigations=off nokaslr tsc=reliable no_timer_check random.trust_cpu=on audit=0',
].join(' ');

/**
 * The machine: two processors (with four, on two of the host, QEMU gave up once), the two hubs of the bench, and
 * addresses on the PCI bus, which are part of every by-path name.
 */
export function machineArgv({ image, appDisk, runDir, snapshot }: MachineOptions): [string, ...string[]] {
  const disk = (file: string, id: string, addr: string) => [
    ...['-blockdev', `driver=raw,node-name=${id},read-only=on,file.driver=file,file.filename=${file}`],
    ...['-device', `virtio-blk-pci,drive=${id},addr=${addr}`],
  ];
  const trace = ['usb_hub_set_port_feature', 'usb_hub_clear_port_feature'];
  return [
    'qemu-system-x86_64',
    ...['-M', 'q35', '-accel', 'tcg,thread=multi,tb-size=128', '-cpu', 'max', '-smp', '2', '-m', '640'],
    ...['-nodefaults', '-display', 'none', '-no-reboot'],
    ...['-kernel', image.kernel, '-initrd', image.initramfs, '-append', kernelLine],
    ...['-serial', `file:${runDir}/console.log`, '-qmp', `unix:${runDir}/qmp,server=on,wait=off`],
    ...disk(image.rootDisk, 'root', '02'),
    ...disk(appDisk, 'app', '03'),
    // Nothing inside reaches out; only the forwarded ports reach in.
    ...['-netdev', ['user,id=net,restrict=on', ...forwardedPorts.map(forward)].join(',')],
    ...['-device', 'virtio-net-pci,netdev=net,addr=04,romfile='],
    ...['-device', 'virtio-rng-pci,addr=05'],
    ...['-device', 'qemu-xhci,id=xhci,p2=8,p3=4,addr=06'],
    ...['-device', 'usb-hub,id=desk,bus=xhci.0,port=1,ports=8,port-power=on,serial=DESK'],
    ...['-device', 'usb-hub,id=cheap,bus=xhci.0,port=2,ports=8,port-power=off,serial=CHEAP'],
    ...trace.flatMap((event) => ['-trace', event]),
    ...(snapshot === undefined ? [] : ['-incoming', `exec:cat ${snapshot}`]),
  ];
}
