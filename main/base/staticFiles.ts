import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

/** No inline scripts, nothing from elsewhere; inline styles are what the component library places things with. */
export const contentSecurityPolicy = (connect: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

export interface StaticFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly immutable: boolean;
}

/** Reads a file of the renderer; null when there is none, or when the path leads out of `root`. */
export async function readStaticFile(root: string, pathname: string): Promise<StaticFile | null> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const path = normalize(join(root, decoded === '/' ? 'index.html' : decoded));
  const type = types[extname(path)];
  if (!path.startsWith(root + sep) || type === undefined) return null;
  try {
    // Built assets carry a hash in their name; the page itself does not.
    return { bytes: await readFile(path), type, immutable: decoded.startsWith('/assets/') };
  } catch {
    return null;
  }
}
