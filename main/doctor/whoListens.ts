import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Which process listens on a TCP port: its pid and command. null: nobody, or a process of another user, whose files only
 * root may see.
 */
export async function whoListens(
  port: number,
  procDir = '/proc',
): Promise<{ pid: number; command: string } | null> {
  const tables = await Promise.all(
    ['net/tcp', 'net/tcp6'].map((name) => readFile(join(procDir, name), 'utf8').catch(() => '')),
  );
  const sockets = new Set(tables.flatMap((text) => inodesOf(text, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return null;
  const pids = (await readdir(procDir).catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const folder = join(procDir, pid, 'fd');
    const fds = await readdir(folder).catch(() => []);
    const targets = await Promise.all(fds.map((fd) => readlink(join(folder, fd)).catch(() => '')));
    if (!targets.some((target) => sockets.has(target))) continue;
    const argv = await readFile(join(procDir, pid, 'cmdline'), 'utf8').catch(() => '');
    return { pid: Number(pid), command: argv.replaceAll('\0', ' ').trim() || 'a program' };
  }
  return null;
}

/** Of sockets that listen on the port: the tenth column, after state 0A. */
function inodesOf(text: string, port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return text.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    return columns[1]?.endsWith(`:${hex}`) && columns[3] === '0A' && columns[9] ? [columns[9]] : [];
  });
}
