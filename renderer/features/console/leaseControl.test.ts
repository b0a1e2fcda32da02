import { expect, test } from 'vitest';
import type { Client, ConsoleInfo, Lease } from '../../../main/contract/index.ts';
import type { LabClient } from '../../lib/lab/link.ts';
import { Actions } from '../../lib/stores/actions.ts';
import { createBench } from '../../lib/stores/bench.ts';
import { LeaseControl } from './leaseControl.ts';

const consoleId = 'beagle.main' as ConsoleInfo['consoleId'];
const me: Client = { clientId: 'w1', who: 'this computer' };
const ann: Client = { clientId: 'w2', who: 'Ann' };

/** One console in a core that grants what it is asked for. */
class FakeCore {
  readonly bench = createBench();
  readonly client = {
    leases: {
      release: async () => this.hold(null),
    },
  } as unknown as LabClient;
  readonly control = new LeaseControl(this.bench, () => this.client, new Actions());

  constructor() {
    this.bench.setState({ me });
    this.hold(null);
  }

  hold(holder: Client | null, part: Partial<Lease> = {}): void {
    const lease: Lease | null =
      holder === null
        ? null
        : { holder, kind: 'taken', why: '', sinceMs: 0, untilMs: null, idle: false, asks: [], ...part };
    const info = { consoleId, lease } as unknown as ConsoleInfo;
    this.bench.setState({ consoles: { [consoleId]: info } });
  }

  get lost() {
    return this.control.news.getState().lost[consoleId];
  }
}

test('a console taken away is told until it is ours again or put away', () => {
  const core = new FakeCore();
  core.hold(me);
  core.hold(ann, { why: 'urgent' });
  expect(core.lost).toEqual({ to: 'Ann', why: 'urgent' });
  core.hold(me);
  expect(core.lost).toBeUndefined();
  core.hold(ann);
  core.control.dismissLost(consoleId);
  expect(core.lost).toBeUndefined();
});

test('a console given back is no loss, even when an asker has it at once', async () => {
  const core = new FakeCore();
  core.hold(me);
  const given = core.control.release(consoleId);
  core.hold(ann);
  await given;
  expect(core.lost).toBeUndefined();
  core.hold(me);
  core.hold(ann);
  expect(core.lost).toBeDefined();
});
