import type { Unavailable } from '../../virtual/index.ts';
import type { Check, Found } from '../check.ts';
import { type Installable, installFix } from '../fixes/packages.ts';
import type { Machine } from '../machine.ts';

/** lrzsz sends files to boards; some systems put an `l` before its programs' names. */
export function lrzszCheck(machine: Machine): Check {
  const why = 'Sending files to a board by X-, Y- or ZMODEM takes lrzsz.';
  return {
    name: 'lrzsz',
    title: 'lrzsz',
    group: 'programs',
    followsPorts: false,
    look: async () => {
      const sz = (await machine.find('sz')) ?? (await machine.find('lsz'));
      if (sz !== null) return [{ severity: 'ok', title: 'lrzsz is installed', what: `${sz}.`, why }];
      return [await absent(machine, 'lrzsz', 'Neither sz nor lsz is on this computer.', why)];
    },
  };
}

/** `availability`: what virtual boards of kind qemu find themselves. */
export function qemuCheck(machine: Machine, availability: () => Promise<Unavailable>): Check {
  const why = 'Virtual boards of kind qemu run a real U-Boot in it; the others do without.';
  return {
    name: 'qemu',
    title: 'QEMU',
    group: 'programs',
    followsPorts: false,
    look: async () => {
      const problem = await availability();
      if (problem === null)
        return [{ severity: 'ok', title: 'QEMU is ready', what: 'QEMU and its U-Boot are installed.', why }];
      return [
        {
          severity: 'info',
          title: 'No virtual boards of kind qemu',
          what: [problem.message, problem.hint].filter(Boolean).join(' '),
          why,
          fix: await installFix(machine, 'Install QEMU and its U-Boot', 'qemu'),
        },
      ];
    },
  };
}

async function absent(machine: Machine, what: Installable, detail: string, why: string): Promise<Found> {
  const fix = await installFix(machine, `Install ${what}`, what);
  return {
    severity: 'info',
    title: `${what} is not installed`,
    what: fix === null ? `${detail} Labdeck knows no package of it for this system.` : detail,
    why,
    fix,
  };
}
