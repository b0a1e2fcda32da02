import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';

const reference = /new URL\('(\.\/[\w/]+Worker\.ts)', import\.meta\.url\)/g;

/**
 * Makes `new Worker(new URL(FILE, import.meta.url))` work in Node: Vite itself does so for browsers only.
 * In a build the worker becomes a file of its own beside the rest, also inside Electron's archive; where sources run
 * as they are (Vitest), it is bundled first, since Node 20 runs no TypeScript.
 */
export function nodeWorkers(): Plugin {
  let building = false;
  const bundles = new Map<string, Promise<string>>();
  return {
    name: 'labdeck-node-workers',
    // While the source is still as it was written.
    enforce: 'pre',
    configResolved(config) {
      building = config.command === 'build';
    },
    // Vite's own answer is an address from the root of a web site.
    resolveFileUrl({ relativePath }) {
      return `new URL(${JSON.stringify(relativePath)}, import.meta.url).href`;
    },
    async transform(code, id) {
      let changed = code;
      for (const [whole, path = ''] of code.matchAll(reference)) {
        const file = fileURLToPath(new URL(path, pathToFileURL(id.replace(/\?.*$/, ''))));
        if (building) {
          const emitted = this.emitFile({ type: 'chunk', id: file });
          changed = changed.replace(whole, `new URL(import.meta.ROLLUP_FILE_URL_${emitted})`);
        } else {
          const bundled = bundles.get(file) ?? bundleModule(file);
          bundles.set(file, bundled);
          changed = changed.replace(whole, `new URL(${JSON.stringify(await bundled)})`);
        }
      }
      return changed === code ? null : { code: changed, map: null };
    },
  };
}

/** Answers an address that has the whole bundled module in it: no file has to be written, or cleared away. */
export async function bundleModule(file: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: { ssr: file, target: 'node20', write: false, minify: false },
  });
  const [first] = Array.isArray(result) ? result : [result];
  const code = first && 'output' in first ? first.output[0].code : '';
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
}
