import type { Check } from '../check.ts';
import { asRoot, makeFix } from '../fixes/fix.ts';
import type { Machine } from '../machine.ts';

const why =
  'Labdeck hears of files that change through inotify, instances too. Programs such as editors use up what a user may have.';
const limits = [
  { file: 'max_user_instances', least: 128, better: 512 },
  { file: 'max_user_watches', least: 8192, better: 524_288 },
] as const;

/** The kernel's limits of watched files. */
export function inotifyCheck(machine: Machine): Check {
  return {
    name: 'inotify',
    title: 'Limits of watched files',
    group: 'machine',
    followsPorts: false,
    look: async () => {
      const read = await Promise.all(
        limits.map(async (limit) => {
          const text = await machine.read(`/proc/sys/fs/inotify/${limit.file}`);
          if (text === null || !/^\d+$/.test(text.trim()))
            throw new Error('the kernel does not tell its limits');
          return { ...limit, value: Number(text) };
        }),
      );
      const low = read.filter(({ value, least }) => value < least);
      const told = read.map(({ file, value }) => `${file} is ${value}`).join(', ');
      if (low.length === 0)
        return [{ severity: 'ok', title: 'Enough files can be watched', what: `${told}.`, why }];
      return [
        {
          severity: 'info',
          title: 'Few files can be watched',
          what: `${told}.`,
          why,
          fix: makeFix(
            'Raise the limits until the next start',
            low.map(({ file, better }) => asRoot('sysctl', '-w', `fs.inotify.${file}=${better}`)),
            {
              undo: low.map(({ file, value }) => asRoot('sysctl', '-w', `fs.inotify.${file}=${value}`)),
            },
          ),
        },
      ];
    },
  };
}
