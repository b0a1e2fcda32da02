import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../../base/errno.ts';
import { fail } from '../../contract/index.ts';

/**
 * Where a program is that may be run, looked for as the system does (execvp(3)). Rejects with LabError BAD_REQUEST (no name),
 * MISSING_DEPENDENCY or PERMISSION_DENIED.
 */
export async function findProgram(name: string, searchPath = process.env.PATH ?? ''): Promise<string> {
  if (name === '' || name.includes('\0'))
    fail('BAD_REQUEST', 'The command names no program', 'Correct it in the binding.');
  const places = name.includes('/')
    ? [path.resolve('/', name)]
    : searchPath
        .split(':')
        .filter((dir) => path.isAbsolute(dir))
        .map((dir) => path.join(dir, name));
  let refused: string | null = null;
  for (const place of places) {
    try {
      await access(place, constants.X_OK);
      if ((await stat(place)).isFile()) return place;
      refused ??= place;
    } catch (error) {
      if (errnoOf(error) === 'EACCES') refused ??= place;
    }
  }
  if (refused !== null)
    fail('PERMISSION_DENIED', `You may not run ${refused}`, `Make it executable: chmod +x ${refused}`);
  fail(
    'MISSING_DEPENDENCY',
    `${name} is not installed`,
    `Install the package that has ${name}, or give its full path.`,
  );
}
