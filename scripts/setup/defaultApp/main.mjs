// Runs inside Electron, as its default_app: `electron [-r MODULE] [switches] APP [arguments]`.
// Does what Electron's own default_app does for a packaged folder or a file; no welcome window, no REPL.
import { existsSync, readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

// Electron's own default_app uses the same internals: there is no public way to do what `-r` does, nor to give the
// application another name, version and path than the archive's.
const internals = /** @type {any} */ ({ app, Module });

/** @param {string[]} args */
function parse(args) {
  /** @type {string[]} */
  const modules = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '-r' || arg === '--require') modules.push(args[++i] ?? '');
    else if (!arg.startsWith('-')) return { modules, file: arg };
  }
  return { modules, file: undefined };
}

/** @param {string} folder */
function adoptPackage(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (manifest.version) internals.app.setVersion(manifest.version);
  app.setName(manifest.productName ?? manifest.name ?? 'Electron');
  app.setDesktopName(manifest.desktopName ?? `${app.getName()}.desktop`);
}

const { modules, file } = parse(process.argv.slice(1));
if (modules.length > 0) internals.Module._preloadModules(modules);

if (file === undefined) {
  process.stderr.write('usage: electron [-r MODULE] APP\n');
  app.exit(1);
} else {
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true, configurable: false });
  const path = resolve(file);
  const hasManifest = existsSync(join(path, 'package.json'));
  if (hasManifest) adoptPackage(path);
  const entry = internals.Module._resolveFilename(path, null, true);
  internals.app.setAppPath(hasManifest ? path : dirname(entry));
  try {
    await import(pathToFileURL(entry).href);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    app.exit(1);
  }
}
