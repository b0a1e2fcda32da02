import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** Absolute path of an installed program, as a shell would find it; null: it is not installed. */
export async function findProgram(name: string, searchPath = process.env.PATH ?? ''): Promise<string | null> {
  if (path.isAbsolute(name)) return (await isExecutable(name)) ? name : null;
  // A desktop session's PATH often lacks the sbin folders, where some of what we need lives.
  for (const folder of [...searchPath.split(':'), '/usr/sbin', '/sbin']) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    if (await isExecutable(file)) return file;
  }
  return null;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
