import { describe, expect, test } from 'vitest';
import { parseLimits, ulimitArgs } from './limits.ts';

function limits({
  files = '20000',
  processes = '96365',
  capEff = '000001fffeffffff',
  pidMax = '32768',
} = {}) {
  return parseLimits({
    limits: [
      'Limit                     Soft Limit           Hard Limit           Units     ',
      `Max processes             96365                ${processes.padEnd(20)} processes `,
      `Max open files            1024                 ${files.padEnd(20)} files     `,
    ].join('\n'),
    status: `Name:\tx\nCapEff:\t${capEff}\n`,
    pidMax: `${pidMax}\n`,
  });
}

describe('limits of containers', () => {
  test('without the right to raise them, they are the hard ones, and never more processes than pids', () => {
    expect(ulimitArgs(limits())).toEqual(['--ulimit', 'nofile=20000:20000', '--ulimit', 'nproc=32768:32768']);
    expect(ulimitArgs(limits({ files: 'unlimited', pidMax: '4194304' }))).toEqual([
      '--ulimit',
      'nofile=1048576:1048576',
      '--ulimit',
      'nproc=96365:96365',
    ]);
  });

  test('with that right, or with hard limits as high as the engine’s own, nothing is said', () => {
    expect(ulimitArgs(limits({ capEff: '000001ffffffffff' }))).toEqual([]);
    expect(ulimitArgs(limits({ files: 'unlimited', processes: 'unlimited', pidMax: '4194304' }))).toEqual([]);
  });
});
