export interface CpioFile {
  readonly name: string;
  /** As in stat: type and permissions. */
  readonly mode: number;
  readonly data: Buffer;
}

/** An archive as the kernel takes for an initramfs: "newc" of its initramfs/buffer-format.rst. */
export function cpio(files: readonly CpioFile[]): Buffer {
  const trailer: CpioFile = { name: 'TRAILER!!!', mode: 0, data: Buffer.alloc(0) };
  return Buffer.concat([...files, trailer].flatMap(entry));
}

function entry({ name, mode, data }: CpioFile, index: number): Buffer[] {
  const path = Buffer.from(`${name}\0`);
  const numbers = [index + 1, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, path.length, 0];
  const header = Buffer.from(`070701${numbers.map((n) => n.toString(16).padStart(8, '0')).join('')}`);
  return [padded(Buffer.concat([header, path])), padded(data)];
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
