import { protocol } from 'electron';
import { contentSecurityPolicy, readStaticFile } from '../base/staticFiles.ts';

/** The window's own origin: unlike file://, it can be told apart from every other page and file. */
export const appOrigin = 'labdeck://app';

/** Must run before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'labdeck',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the built renderer, and nothing else, at `labdeck://app/`. */
export function serveAppScheme(rendererDir: string): void {
  protocol.handle('labdeck', async (request) => {
    const url = new URL(request.url);
    const file =
      url.host === 'app' && request.method === 'GET' ? await readStaticFile(rendererDir, url.pathname) : null;
    if (!file) return new Response('Not found', { status: 404 });
    return new Response(new Uint8Array(file.bytes), {
      headers: {
        'content-type': file.type,
        'content-security-policy': contentSecurityPolicy("'self'"),
        'x-content-type-options': 'nosniff',
      },
    });
  });
}
