import { expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock.ts';
import { FakePower } from '../../test/fakes/fakePower.ts';
import type { BoardId, PortMatch } from '../contract/index.ts';
import { boardsCutWith, boardsPoweredWith } from './consequences.ts';

const id = (name: string) => name as BoardId;
/** As it hangs on the bench: a name by path is its socket's. */
const ports = {
  resolve: (match: PortMatch) => ({ port: { socket: match.by === 'path' ? match.value : null } }),
};

test('whose console, device, cable or supply hangs on a socket loses its power with it, and nobody else does', () => {
  const bench = new FakePower(new FakeClock());
  const at = (value: string) => ({ by: 'path', value }) as const;
  bench.add(id('mine'), { power: { kind: 'usb-hub-port', socket: 's1' } });
  bench.add(id('fed'), { power: { kind: 'usb-hub-port', socket: 's2' } });
  bench.add(id('heard'), { consoles: [{ match: at('s1') }] });
  bench.add(id('switched'), { power: { kind: 'acm-cable', match: at('s1') } });
  bench.add(id('elsewhere'), {
    consoles: [{ match: at('s9') }],
    power: { kind: 'acm-cable', match: at('s8') },
  });
  bench.add(id('gadget'), { usbSocket: 's2' });
  bench.add(id('seen'));
  const mine = bench.boards.get('mine');
  const parts = { boards: bench.boards, ports };
  expect(boardsCutWith(mine, ['s1', 's2'], [id('seen')], parts)).toEqual([
    'fed',
    'heard',
    'switched',
    'gadget',
    'seen',
  ]);
  expect(boardsCutWith(mine, [], [], parts)).toEqual([]);
  // The adapter and the cable get their supply, their boards do not.
  expect(boardsPoweredWith(mine, ['s1', 's2'], [id('seen')], parts)).toEqual(['fed', 'seen']);
  expect(boardsPoweredWith(mine, [], [], parts)).toEqual([]);
});
