import { expect, test } from 'vitest';
import { SeededRandom } from '../../../test/fakes/seededRandom.ts';
import { type NegotiationVerb, telnet } from './codes.ts';
import { OptionNegotiator } from './optionNegotiator.ts';

const { DO, DONT, WILL, WONT } = telnet;

/** One end, with what it has said and not yet been heard. */
class End {
  readonly said: [NegotiationVerb, number][] = [];
  sent = 0;
  readonly changes: string[] = [];
  readonly negotiator: OptionNegotiator;

  constructor(allowed: { us: number[]; peer: number[] }) {
    this.negotiator = new OptionNegotiator({
      allowed,
      send: (verb, option) => {
        this.sent += 1;
        this.said.push([verb, option]);
      },
      onChange: (side, option, enabled) => this.changes.push(`${side} ${option} ${enabled ? 'on' : 'off'}`),
    });
  }

  hear(...said: [NegotiationVerb, number][]): void {
    for (const [verb, option] of said) this.negotiator.receive(verb, option);
  }
}

test('what is allowed is agreed to, once; what is not is refused', () => {
  const end = new End({ us: [1], peer: [0] });
  end.hear([DO, 1], [DO, 1], [WILL, 0], [DO, 24], [WILL, 31]);
  expect(end.said).toEqual([
    [WILL, 1],
    [DO, 0],
    [WONT, 24],
    [DONT, 31],
  ]);
  expect(end.changes).toEqual(['us 1 on', 'peer 0 on']);
});

test('an answer to our own request is not answered', () => {
  const end = new End({ us: [1], peer: [] });
  end.negotiator.request('us', 1);
  end.negotiator.request('us', 1);
  end.hear([DO, 1]);
  expect(end.said).toEqual([[WILL, 1]]);
  expect(end.negotiator.isEnabled('us', 1)).toBe(true);
});

test('a mind changed under way is sent once the first answer is there', () => {
  const end = new End({ us: [1], peer: [] });
  end.negotiator.request('us', 1);
  end.negotiator.withdraw('us', 1);
  expect(end.said).toEqual([[WILL, 1]]);
  end.hear([DO, 1]);
  expect(end.said).toEqual([
    [WILL, 1],
    [WONT, 1],
  ]);
  end.hear([DONT, 1]);
  expect(end.negotiator.isEnabled('us', 1)).toBe(false);
});

test('two ends that both ask, withdraw and ask again fall silent, and agree', () => {
  const random = new SeededRandom(3);
  for (let round = 0; round < 500; round += 1) {
    const all = [0, 1, 3];
    const ends = [new End({ us: all, peer: [0, 3] }), new End({ us: [random.below(4)], peer: all })] as const;
    const deliver = (from: 0 | 1) => {
      const [next] = ends[from].said.splice(0, 1);
      if (next) ends[from === 0 ? 1 : 0].hear(next);
    };
    for (let step = 0; step < 30; step += 1) {
      const end = random.pick([...ends]);
      const option = random.pick([0, 1, 3]);
      const side = random.pick<'us' | 'peer'>(['us', 'peer']);
      if (random.below(2)) end.negotiator.request(side, option);
      else end.negotiator.withdraw(side, option);
      deliver(random.pick([0, 1]));
    }
    for (let message = 0; ends[0].said.length + ends[1].said.length > 0; message += 1) {
      expect(message).toBeLessThan(500);
      deliver(0);
      deliver(1);
    }
    for (const option of all) {
      expect(ends[0].negotiator.isEnabled('us', option)).toBe(ends[1].negotiator.isEnabled('peer', option));
      expect(ends[0].negotiator.isEnabled('peer', option)).toBe(ends[1].negotiator.isEnabled('us', option));
    }
  }
});

test('a peer that contradicts itself for ever is not answered for ever', () => {
  const end = new End({ us: [0, 1, 3], peer: [0, 3] });
  const random = new SeededRandom(4);
  for (let message = 0; message < 5_000; message += 1)
    end.hear([random.pick([DO, DONT, WILL, WONT]), random.below(256)]);
  expect(end.sent).toBeLessThanOrEqual(5_000);
});
