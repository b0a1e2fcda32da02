import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';

interface Member {
  readonly name: string;
  readonly content: string | Buffer;
  readonly type?: 'file' | 'symlink';
}

interface BackupTarOptions {
  readonly instanceName?: string;
  readonly format?: number;
  readonly createdAtMs?: number;
  /** Of the files inside. */
  readonly dataBytes?: number;
  /** Changes what would be written, after the checksums were made. */
  readonly bend?: (members: Member[]) => Member[];
}

/** A backup as an instance's container writes it. */
export async function backupTar(options: BackupTarOptions = {}): Promise<Buffer> {
  const manifest = {
    format: options.format ?? 1,
    lavaVersion: '2026.09',
    postgresMajor: 17,
    migrations: { lava_scheduler_app: ['0001_initial', '0002_more'] },
    instanceName: options.instanceName ?? 'home',
    createdAtMs: options.createdAtMs ?? 1_700_000_000_000,
    holds: { jobs: 6, devices: 2, users: 3 },
  };
  const members: Member[] = [
    { name: 'manifest.json', content: JSON.stringify(manifest) },
    { name: 'database.dump', content: Buffer.alloc(3_000, 'dump') },
    { name: 'files.tar.zst', content: Buffer.alloc(options.dataBytes ?? 100_000, 'files') },
  ];
  const sums = Object.fromEntries(
    members.map(({ name, content }) => [
      name,
      { sha256: createHash('sha256').update(content).digest('hex'), bytes: Buffer.byteLength(content) },
    ]),
  );
  members.push({ name: 'checksums.json', content: JSON.stringify(sums) });
  return writeTar(options.bend?.(members) ?? members);
}

async function writeTar(members: readonly Member[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, content, type = 'file' } of members)
    if (type === 'symlink') tar.entry({ name, type, linkname: 'elsewhere' });
    else tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
