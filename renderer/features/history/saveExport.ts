import type { ConsoleId, ExportFormat, ExportRequest } from '../../../main/contract/index.ts';
import type { Lab } from '../../app/lab.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { bytesOf } from './bytesOf.ts';

export type ExportWish = Omit<Partial<ExportRequest>, 'consoleId'> & {
  readonly consoleId: string;
  readonly format: ExportFormat;
};

const suffixes: Readonly<Record<ExportFormat, string>> = { raw: 'raw', text: 'txt', asciicast: 'cast' };

/** Pieces are joined in the page only up to here; beyond, they wait where the browser keeps blobs: on disk. */
const joinBytes = 4 * 1024 * 1024;

/** Where an export's progress and problem are shown. */
export function exportPlace(consoleId: string): string {
  return `export:${consoleId}`;
}

/**
 * Saves a recording, or part of it, as a file. A browser downloads it over HTTP; a desktop window, which has none,
 * has it from the core in pieces and saves that.
 */
export async function saveExport(lab: Lab, wish: ExportWish): Promise<boolean> {
  const { consoleId } = wish;
  return lab.actions.run(exportPlace(consoleId), 'export', async () => {
    const name = exportName(wish, new Date());
    if (window.labdeckShell === undefined) {
      download(exportUrl(wish), name);
      return;
    }
    const url = URL.createObjectURL(await collect(lab.connection.client(), wish));
    download(url, name);
    // The download has its own hold on the blob once it has begun, and it begins in a turn of its own.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  });
}

/** From where the newest boot began. */
export async function exportThisBoot(lab: Lab, wish: ExportWish): Promise<boolean> {
  const consoleId = wish.consoleId as ConsoleId;
  let from = 0;
  const found = await lab.actions.run(exportPlace(consoleId), 'export', async () => {
    const [boot] = await lab.connection.client().boots.list({ consoleId, limit: 1 });
    from = boot?.fromOffset ?? 0;
  });
  return found && (await saveExport(lab, { ...wish, from }));
}

async function collect(client: LabClient, wish: ExportWish): Promise<Blob> {
  const parts: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let waitingBytes = 0;
  const request = { ...wish, consoleId: wish.consoleId as ConsoleId };
  for await (const event of await client.exports.stream(request)) {
    if (event.type !== 'piece') continue;
    const bytes = bytesOf(event.base64);
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes < joinBytes) continue;
    parts.push(new Blob(waiting));
    waiting = [];
    waitingBytes = 0;
  }
  return new Blob([...parts, ...waiting], { type: 'application/octet-stream' });
}

export function exportUrl({ consoleId, ...query }: ExportWish): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return `/api/v1/consoles/${encodeURIComponent(consoleId)}/recording?${parameters}`;
}

/** `beagle-2.main 2026-03-01 120314.txt` */
export function exportName({ consoleId, format }: ExportWish, at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
  return `${consoleId} ${day} ${time}.${suffixes[format]}`;
}

function download(url: string, name: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
