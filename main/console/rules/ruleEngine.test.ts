import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock.ts';
import { silentLogger } from '../../base/logger.ts';
import { type ExpectRule, expectRule, stopAutobootRule } from '../../contract/index.ts';
import { LabError } from '../../contract/labError.ts';
import { checkRules } from './checkRules.ts';
import { RuleEngine } from './ruleEngine.ts';

type RuleInput = Partial<ExpectRule> & Pick<ExpectRule, 'action'>;

/** A console with rules, and a record of what they did. */
class Bench {
  readonly clock = new FakeClock(0);
  readonly did: string[] = [];
  refusal: LabError | null = null;
  readonly rules: RuleEngine;
  #offset = 0;

  constructor(...rules: readonly RuleInput[]) {
    this.rules = new RuleEngine({
      actions: {
        send: async (bytes) => {
          if (this.refusal) throw this.refusal;
          this.did.push(`send ${JSON.stringify(Buffer.from(bytes).toString())}`);
        },
        mark: (text) => this.did.push(`mark ${text}`),
        notify: (text, rule, line) => this.did.push(`${rule.name} tells ${text}: ${line}`),
        powerOff: async () => {
          if (this.refusal) throw this.refusal;
          this.did.push('power off');
        },
        powerStaysOn: (rule, why) => this.did.push(`${rule.name} could not: ${why}`),
        showState: (state) => this.did.push(`show ${state}`),
      },
      enter: () => '\r',
      clock: this.clock,
      monotonicMs: () => this.clock.nowMs(),
      logger: silentLogger,
    });
    this.rules.setRules(rules.map((rule) => expectRule.parse({ name: 'rule', pattern: 'word', ...rule })));
  }

  prints(text: string): void {
    this.rules.line({ offset: this.#offset, text, unfinished: false });
    this.#offset += text.length + 1;
    this.rules.lineIs(this.#offset);
  }

  shows(text: string): void {
    this.rules.lineIs(this.#offset);
    this.rules.line({ offset: this.#offset, text, unfinished: true });
  }

  get state(): string {
    const [status] = this.rules.status();
    return `${status?.state} ${status?.hits}`;
  }
}

const send = (text: string) => ({ kind: 'send', text }) as const;

test('a power-off that is refused is told, once for all lines of a boot', async () => {
  const bench = new Bench({ action: { kind: 'power-off' }, maxTimes: 9 });
  bench.refusal = new LabError('CONFLICT', 'b would lose power too');
  bench.prints('word');
  await bench.clock.pass(0);
  for (const text of ['word', 'word']) bench.prints(text);
  await bench.clock.pass(0);
  expect(bench.did).toEqual(['rule could not: b would lose power too']);
  expect(bench.state).toBe('failed 1');
});

test('each occurrence counts once, however slowly its line grows', () => {
  const bench = new Bench({ pattern: 'login: ', action: send('root\n'), maxTimes: 9 });
  for (const text of ['host login', 'host login: ', 'host login: r', 'host login: ro', 'host login: root'])
    bench.shows(text);
  bench.prints('host login: root');
  expect(bench.did).toEqual(['send "root\\r"']);
  bench.shows('host login: ');
  expect(bench.did).toHaveLength(2);
});

test('a rule is spent after its times, and armed again by the next boot', () => {
  const bench = new Bench({ action: { kind: 'mark', text: 'seen' }, maxTimes: 2 });
  for (let line = 0; line < 3; line += 1) bench.prints('the word');
  expect(bench.did).toHaveLength(2);
  expect(bench.state).toBe('spent 2');
  bench.rules.bootBegan();
  expect(bench.state).toBe('armed 0');
  expect(bench.rules.status()[0]?.totalHits).toBe(2);
});

test('a rule shows a state with the LEDs, once in a boot', () => {
  const bench = new Bench({ action: { kind: 'show-state', state: 'recovery' } });
  bench.prints('the word');
  bench.prints('the word');
  bench.rules.bootBegan();
  bench.prints('the word');
  expect(bench.did).toEqual(['show recovery', 'show recovery']);
});

test('after its time limit a rule is late until the next boot', async () => {
  const bench = new Bench({ action: { kind: 'power-off' }, withinMs: 1000 });
  await bench.clock.pass(1001);
  bench.prints('word');
  expect(bench.did).toEqual([]);
  expect(bench.state).toBe('late 0');
  bench.rules.bootBegan();
  bench.prints('word');
  expect(bench.did).toEqual(['power off']);
});

test('autoboot is stopped with a key at once and again until the countdown is left', async () => {
  const bench = new Bench(stopAutobootRule);
  bench.shows('Hit any key to stop autoboot:  2 ');
  expect(bench.did).toEqual(['send " "']);
  await bench.clock.pass(250);
  expect(bench.did).toHaveLength(3);
  bench.prints('Hit any key to stop autoboot:  1 ');
  bench.shows('=> ');
  await bench.clock.pass(1000);
  expect(bench.did).toHaveLength(3);
});

test('a countdown that never ends is not fed for more than three seconds', async () => {
  const bench = new Bench(stopAutobootRule);
  bench.shows('Hit any key to stop autoboot:  9 ');
  await bench.clock.pass(10_000);
  expect(bench.did).toHaveLength(30);
});

test('a rule that answers its own echo is stopped', async () => {
  const bench = new Bench({ action: send('word'), maxTimes: 10_000 });
  for (let line = 0; line < 1000; line += 1) bench.prints('word');
  expect(bench.did).toHaveLength(50);
  expect(bench.rules.status()[0]).toMatchObject({
    state: 'failed',
    problem: expect.stringContaining('50 times'),
  });
  await bench.clock.pass(10_000);
  bench.rules.bootBegan();
  bench.prints('word');
  expect(bench.did).toHaveLength(51);
});

test('what keeps an action from working is said, and the next boot tries again', async () => {
  const bench = new Bench({ action: send('x') });
  bench.refusal = new LabError('LEASED', 'nightly-ci has the console');
  bench.prints('word');
  await bench.clock.pass(0);
  expect(bench.rules.status()[0]).toMatchObject({ state: 'failed', problem: 'nightly-ci has the console' });
  bench.rules.bootBegan();
  expect(bench.state).toBe('armed 0');
});

test('an expression that is none is refused by field, and shown as failed where it is kept', () => {
  const rule = expectRule.parse({ name: 'r', pattern: '(a|b', regex: true, action: send('x') });
  const good = expectRule.parse({ name: 'g', pattern: '(a|b', action: send('x') });
  expect(() => checkRules([good, rule])).toThrow(
    expect.objectContaining({
      code: 'BAD_REQUEST',
      data: expect.objectContaining({ field: 'rules.1.pattern' }),
    }),
  );
  expect(() => checkRules([{ ...rule, pattern: '(?=x)y' }])).toThrow('no expression');
  expect(() => checkRules([{ ...rule, pattern: 'a*' }])).toThrow('empty line');
  const bench = new Bench(rule);
  expect(bench.rules.status()[0]).toMatchObject({ state: 'failed', problem: expect.stringContaining('(') });
});

test('an expression that would run for ever elsewhere is done in no time', () => {
  const bench = new Bench({ pattern: '(x+x+)+y', regex: true, action: send('x') });
  bench.prints('x'.repeat(4000));
  expect(bench.did).toEqual([]);
});

test('a flood that cannot hold a pattern is not cut into lines for it', () => {
  const bench = new Bench({ pattern: 'Größe', action: send('x') });
  const flood = 'nothing of note\n'.repeat(10);
  expect(bench.rules.gate.wantsAll(flood)).toBe(false);
  expect(bench.rules.gate.wantsAll(`${flood}${Buffer.from('Größe').toString('latin1')}`)).toBe(true);
  expect(bench.rules.gate.wantsAll(`${flood}\x1b[31m`)).toBe(true);
});

test('a change of one rule leaves the others as they stand', () => {
  const bench = new Bench({ name: 'a', action: send('1') }, { name: 'b', action: send('2') });
  bench.prints('word');
  const [a, b] = ['a', 'b'].map((name) => expectRule.parse({ name, pattern: 'word', action: send('1') }));
  if (a && b) bench.rules.setRules([a, b]);
  expect(bench.rules.status().map(({ state }) => state)).toEqual(['spent', 'armed']);
});
