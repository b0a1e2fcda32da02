import { constants, existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { runProgram } from '../../../../main/instances/sources/index.ts';
import { filesHash } from './filesHash.ts';

const packMs = 2 * 60_000;
const checkout = path.join(import.meta.dirname, '../../../..');
const guestFiles = path.join(import.meta.dirname, '../../guest');
/** What the build leaves outside its bundle, for its binaries. */
const nativeDependency = '@serialport/bindings-cpp';

const built = ['dist/main', 'resources', 'package.json'];

/** All the disk is made of. */
export async function appIngredients(): Promise<unknown> {
  if (!existsSync(path.join(checkout, 'dist/main/headless.js')))
    throw new Error('nothing is built yet: use `npm run test:hardware`, or `npm run build` first');
  const native = (await withDependencies(nativeDependency)).map((name) => `node_modules/${name}`);
  const files = [...built, ...native].map((name) => path.join(checkout, name));
  return { node: process.version, files: await filesHash([...files, guestFiles]) };
}

/** Packs what is tested, the Node it runs with, and the guest's own files into a disk; resolves with its file. */
export async function makeAppDisk(dir: string): Promise<string> {
  const stage = path.join(dir, 'app');
  await mkdir(path.join(stage, 'guest'), { recursive: true });
  const withoutMaps = (file: string) => !file.endsWith('.map');
  await Promise.all([
    copyFile(process.execPath, path.join(stage, 'node'), constants.COPYFILE_FICLONE),
    ...built.map((name) =>
      cp(path.join(checkout, name), path.join(stage, name), { recursive: true, filter: withoutMaps }),
    ),
    ...(await withDependencies(nativeDependency)).map((name) =>
      cp(path.join(checkout, 'node_modules', name), path.join(stage, 'node_modules', name), {
        recursive: true,
      }),
    ),
    copyFile(path.join(guestFiles, 'boot.sh'), path.join(stage, 'guest/boot.sh')),
    writeFile(path.join(stage, 'guest/agent.js'), await agentProgram()),
    writeFile(path.join(stage, 'guest/package.json'), '{ "type": "module" }'),
  ]);
  const disk = path.join(dir, 'app.squashfs');
  // Not compressed: the emulator reads faster than it unpacks.
  const packed = ['-all-root', '-noI', '-noD', '-noF', '-noX', '-noappend', '-quiet', '-no-progress'];
  await runProgram(['mksquashfs', stage, disk, ...packed], { timeoutMs: packMs });
  await rm(stage, { recursive: true });
  return disk;
}

/** A package of ours with all it needs in turn; each is at the top of node_modules. */
async function withDependencies(name: string, found = new Set<string>()): Promise<string[]> {
  if (found.has(name)) return [];
  found.add(name);
  const file = path.join(checkout, 'node_modules', name, 'package.json');
  const { dependencies = {} } = JSON.parse(await readFile(file, 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const needed of Object.keys(dependencies)) await withDependencies(needed, found);
  return [...found];
}

/** The agent as Node runs it. */
async function agentProgram(): Promise<string> {
  const source = await readFile(path.join(guestFiles, 'agent.ts'), 'utf8');
  return ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      verbatimModuleSyntax: true,
    },
  }).outputText;
}
