import { kernelBuild, kernelVersion } from './bootScript.ts';

/** What the files of the simulated Linux may depend on. */
export interface FileContext {
  readonly uptimeMs: number;
}

type Content = string | ((context: FileContext) => string);

const files: Readonly<Record<string, Content>> = {
  '/etc/hostname': 'sim\n',
  '/etc/motd': 'This board is simulated by Labdeck.\n',
  '/etc/os-release':
    'NAME="Labdeck sim"\nPRETTY_NAME="Labdeck sim (simulated board)"\nID=labdeck-sim\nVERSION_ID=1\n',
  '/etc/passwd': 'root::0:0:root:/root:/bin/sh\n',
  '/proc/cmdline': 'console=ttyS0,115200 root=/dev/ram0\n',
  '/proc/cpuinfo':
    'processor\t: 0\nmodel name\t: Labdeck simulated CPU\nBogoMIPS\t: 0.00\nFeatures\t: none\n\nHardware\t: Labdeck sim\nSerial\t\t: 0000000000000000\n',
  '/proc/meminfo': 'MemTotal:         121344 kB\nMemFree:          108032 kB\nMemAvailable:     110592 kB\n',
  '/proc/uptime': ({ uptimeMs }) =>
    `${(uptimeMs / 1000).toFixed(2)} ${(Math.max(0, uptimeMs - 900) / 1000).toFixed(2)}\n`,
  '/proc/version': `Linux version ${kernelVersion} (labdeck@sim) ${kernelBuild}\n`,
  '/root/README': 'Try: uname -a, dmesg, cat /proc/cpuinfo, yes, reboot, echo c > /proc/sysrq-trigger\n',
};

/** Entries without readable content. */
const special = ['/bin/sh', '/dev/null', '/dev/ttyS0', '/proc/sysrq-trigger', '/sbin/init', '/tmp/'];

/** A path from the root, `.` and `..` resolved; relative ones start in /root. */
export function absolutePath(path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `/root/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A file's text; null when there is none that can be read. */
export function readVirtualFile(path: string, context: FileContext): string | null {
  if (path === '/dev/null') return '';
  const content = Object.hasOwn(files, path) ? files[path] : undefined;
  if (content === undefined) return null;
  return typeof content === 'string' ? content : content(context);
}

/** The names in a folder, or the name of a file; null when there is neither. */
export function listVirtualFolder(path: string): string[] | null {
  const all = [...Object.keys(files), ...special];
  if (all.includes(path)) return [path];
  const prefix = path === '/' ? '/' : `${path}/`;
  const inside = all
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).split('/')[0] ?? '');
  return inside.length === 0 ? null : [...new Set(inside)].filter((name) => name !== '').sort();
}
