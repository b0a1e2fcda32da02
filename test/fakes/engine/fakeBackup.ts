import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import type { LavaData } from './lavaModel.ts';

/** A whole backup as an instance makes it, whose "dump" is the model's data as JSON. */
export async function* writeBackup(data: LavaData, instanceName: string): AsyncGenerator<Buffer> {
  const { lavaVersion, postgresMajor, migrations } = data;
  const manifest = {
    format: 1,
    lavaVersion,
    postgresMajor,
    migrations,
    instanceName,
    createdAtMs: Date.now(),
    holds: { jobs: data.jobs.length, devices: data.devices.length, users: data.users.length },
  };
  const members: [string, Buffer][] = [
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ['database.dump', Buffer.from(JSON.stringify(data))],
    ['files.tar.zst', Buffer.from(data.jobs.map(({ log }) => log).join('\n'))],
  ];
  const sums = members.map(([name, content]) => [name, { sha256: sumOf(content), bytes: content.length }]);
  members.push(['checksums.json', Buffer.from(JSON.stringify(Object.fromEntries(sums)))]);
  const tar = pack();
  for (const [name, content] of members) tar.entry({ name }, content);
  tar.finalize();
  for await (const bytes of tar as AsyncIterable<Uint8Array>) yield Buffer.from(bytes);
}

/** What is in a backup, or what is wrong with it. */
export async function readBackup(
  bytes: Buffer,
): Promise<{ data: LavaData; manifest: object } | { damaged: string }> {
  const members = new Map<string, Buffer>();
  try {
    const reader = Readable.from([bytes]).pipe(extract());
    for await (const entry of reader) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk));
      members.set(entry.header.name, Buffer.concat(chunks));
    }
    const sums: Record<string, { sha256: string }> = JSON.parse(String(members.get('checksums.json')));
    for (const [name, { sha256 }] of Object.entries(sums)) {
      const content = members.get(name);
      if (!content || sumOf(content) !== sha256) return { damaged: `${name} is not what it was` };
    }
    return {
      data: JSON.parse(String(members.get('database.dump'))),
      manifest: JSON.parse(String(members.get('manifest.json'))),
    };
  } catch {
    return { damaged: 'it is no whole tar' };
  }
}

function sumOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
