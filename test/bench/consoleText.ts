/** A kernel says so once. */
const banner = [
  'Booting Linux on physical CPU 0x0000000000 [0x410fd083]',
  'Linux version 6.1.0-labdeck (builder@bench) (aarch64-linux-gnu-gcc 12.2.0, GNU ld 2.40) #1 SMP PREEMPT',
] as const;
/** As many as a board with a quiet systemd prints. */
const linesPerBoot = 600;

const templates = [
  'Machine model: Bench Board Model B Rev 1.4',
  'efi: UEFI not found.',
  'Memory: 3841732K/4050944K available (12160K kernel code, 2292K rwdata, 4180K rodata, 4288K init)',
  'usb 1-1.4: new high-speed USB device number 7 using xhci_hcd',
  'mmc0: new high speed SDHC card at address aaaa',
  'EXT4-fs (mmcblk0p2): mounted filesystem with ordered data mode. Quota mode: none.',
  '\x1b[0;32m  OK  \x1b[0m Started \x1b[0;1;39msystemd-journald.service\x1b[0m - Journal Service.',
  'random: crng init done',
  '\x1b[0;1;31mFAILED\x1b[0m Failed to start \x1b[0;1;39mmodprobe@fuse.service\x1b[0m - Load Kernel Module fuse.',
  'bcmgenet fd580000.ethernet eth0: Link is Up - 1Gbps/Full - flow control rx/tx',
] as const;

/**
 * `bytes` of what a board prints while it boots again and again: lines of some 70 characters with CR LF, a few of them colored.
 * Every line has a number and the seed in it, so that a byte lost, doubled or moved anywhere shows.
 */
export function consoleText(seed: number, bytes: number): Buffer {
  const out = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (let line = 0; at < bytes; line += 1) {
    const template = banner[line % linesPerBoot] ?? templates[line % templates.length] ?? '';
    const time = (line / 997).toFixed(6).padStart(12);
    at += out.write(`[${time}] ${template} ${seed}/${line}\r\n`, at, 'latin1');
  }
  return out;
}
