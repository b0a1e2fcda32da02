import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { errnoOf, messageOf } from '../../base/errno.ts';
import { LabError } from '../../contract/labError.ts';
import { limitBytes } from './limitBytes.ts';
import { withoutCredentials } from './safeUrl.ts';

export interface DownloadOptions {
  readonly maxBytes: number;
  /** The input people gave the address in. */
  readonly field: string;
  /** What an earlier download came with; left out: it is fetched whatever it is. */
  readonly known?: Validators;
  readonly signal?: AbortSignal;
  /** 0..1, where the server tells how much there is. */
  readonly onProgress?: (share: number) => void;
  /** Without a single byte; 30 s unless told. */
  readonly silenceMs?: number;
}

/** How a server recognises what it gave out before (RFC 9110, 8.8). */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface Downloaded extends Validators {
  readonly sha256: string;
  readonly sizeBytes: number;
}

const maxRedirects = 5;

/**
 * Fetches an http(s) address into a new file; null when the server says it is still what `known` is. The file is
 * removed again when it fails. Rejects with LabError BAD_REQUEST (the server's answer, too many redirects), TOO_LARGE,
 * TIMEOUT (silence), DAMAGED (cut in the middle), DISK_FULL, or with the signal's reason.
 */
export async function download(
  address: string,
  file: string,
  options: DownloadOptions,
): Promise<Downloaded | null> {
  const silence = new AbortController();
  const silenceMs = options.silenceMs ?? 30_000;
  const late = new LabError(
    'TIMEOUT',
    `${withoutCredentials(address)} was silent for ${silenceMs / 1000} s`,
    {
      hint: 'Try again, or download it yourself and give the file.',
      field: options.field,
    },
  );
  let watch = setTimeout(() => silence.abort(late), silenceMs);
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => silence.abort(late), silenceMs);
  };
  const signal = AbortSignal.any([silence.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    const response = await follow(address, options, signal);
    if (response.statusCode === 304) {
      response.destroy();
      return null;
    }
    return await store(response, file, options, signal, heard);
  } catch (error) {
    await rm(file, { force: true });
    if (signal.aborted) throw signal.reason;
    throw toLabError(error, address, options.field);
  } finally {
    clearTimeout(watch);
  }
}

async function follow(
  address: string,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await request(url, options.known, signal);
    const status = response.statusCode ?? 0;
    if (status === 200 || status === 304) return response;
    const location = response.headers.location;
    response.destroy();
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined)
      throw refused(`${withoutCredentials(address)} answers ${status}`, options.field);
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : null;
    const isWeb = next?.protocol === 'https:' || (next?.protocol === 'http:' && url.protocol === 'http:');
    if (!next || !isWeb)
      throw refused(
        `${withoutCredentials(address)} leads to what is no web address, or a less safe one`,
        options.field,
      );
    url = next;
  }
  throw refused(`${withoutCredentials(address)} redirects more than ${maxRedirects} times`, options.field);
}

function request(url: URL, known: Validators | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'Labdeck' };
  if (known?.etag) headers['if-none-match'] = known.etag;
  if (known?.lastModified) headers['if-modified-since'] = known.lastModified;
  return new Promise((resolve, reject) => {
    const get: typeof getPlain = url.protocol === 'https:' ? getSecure : getPlain;
    // No agent: a kept connection would outlive the download.
    get(url, { headers, signal, agent: false }, resolve).on('error', reject);
  });
}

async function store(
  response: IncomingMessage,
  file: string,
  options: DownloadOptions,
  signal: AbortSignal,
  heard: () => void,
): Promise<Downloaded> {
  const expected = Number(response.headers['content-length'] ?? Number.NaN);
  const tooLarge = () =>
    new LabError('TOO_LARGE', `It is larger than ${options.maxBytes / 1024 ** 2} MiB`, {
      hint: 'That is no LAVA source.',
      field: options.field,
    });
  if (expected > options.maxBytes) {
    response.destroy();
    throw tooLarge();
  }
  const hash = createHash('sha256');
  let sizeBytes = 0;
  response.on('data', (chunk: Buffer) => hash.update(chunk));
  const counted = limitBytes(options.maxBytes, tooLarge, (bytes) => {
    sizeBytes = bytes;
    heard();
    if (expected > 0) options.onProgress?.(Math.min(1, bytes / expected));
  });
  await pipeline(response, counted, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal });
  return {
    sha256: hash.digest('hex'),
    sizeBytes,
    etag: response.headers.etag ?? null,
    lastModified: response.headers['last-modified'] ?? null,
  };
}

function refused(message: string, field: string): LabError {
  return new LabError('BAD_REQUEST', message, { hint: 'Open the address in a browser and look.', field });
}

function toLabError(error: unknown, address: string, field: string): unknown {
  if (error instanceof LabError) return error;
  const errno = errnoOf(error);
  const where = withoutCredentials(address);
  const options = { cause: error };
  if (errno === 'ENOSPC' || errno === 'EDQUOT')
    return new LabError(
      'DISK_FULL',
      `No space left to download ${where}`,
      { hint: 'Free some disk space.' },
      options,
    );
  if (errno === 'ECONNRESET' || errno === 'ERR_STREAM_PREMATURE_CLOSE')
    return new LabError(
      'DAMAGED',
      `${where} broke off in the middle`,
      { hint: 'Try again.', field },
      options,
    );
  const hint = 'Look whether the address is right and this machine reaches it.';
  return new LabError(
    'BAD_REQUEST',
    `${where} cannot be fetched: ${messageOf(error)}`,
    { hint, field },
    options,
  );
}
