import { expect, test } from 'vitest';
import { defaultTypingStyle, type TypingStyle } from '../../../main/contract/index.ts';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { plainTypingStyle } from './typingHost.ts';
import { Typist } from './typist.ts';

const leased: LabProblem = { code: 'LEASED', message: 'Ann has it', hint: null, field: null };

/** A console that notes what reaches it, what the terminal shows and what was refused. */
class FakeConsole {
  sent = '';
  shown = '';
  refused: LabProblem[] = [];
  refusal: LabProblem | null = null;
  style: TypingStyle = plainTypingStyle;
  readonly typist = new Typist({
    style: () => this.style,
    refusal: () => this.refusal,
    send: (text) => {
      this.sent += text;
    },
    echo: (text) => {
      this.shown += text;
    },
    onRefused: (problem) => this.refused.push(problem),
  });
}

test('the window’s default style is the contract’s', () => {
  expect(plainTypingStyle).toEqual(defaultTypingStyle);
});

test('Enter sends the console’s own line ending, and nothing else is changed', () => {
  const console_ = new FakeConsole();
  for (const [lineEnding, wanted] of [
    ['cr', '\r'],
    ['lf', '\n'],
    ['crlf', '\r\n'],
  ] as const) {
    console_.sent = '';
    console_.style = { ...plainTypingStyle, lineEnding };
    for (const key of ['l', '\x1b[A', '\r']) console_.typist.type(key);
    expect(console_.sent).toBe(`l\x1b[A${wanted}`);
  }
});

test('local echo shows what was typed, as a board would', () => {
  const console_ = new FakeConsole();
  console_.style = { ...plainTypingStyle, localEcho: true };
  for (const key of ['a', 'é', '\x7f', '\x1b[A', '\x03', '\r']) console_.typist.type(key);
  expect(console_.shown).toBe('aé\b \b\r\n');
});

test('a refused key is neither sent nor shown, and said so each time', () => {
  const console_ = new FakeConsole();
  console_.style = { ...plainTypingStyle, localEcho: true };
  console_.refusal = leased;
  console_.typist.type('x');
  expect(console_).toMatchObject({ sent: '', shown: '', refused: [leased] });
});

test('a key goes to all who type along, each in its own style, and one that refuses stops nobody', () => {
  const [one, two, three] = [new FakeConsole(), new FakeConsole(), new FakeConsole()];
  two.style = { ...plainTypingStyle, lineEnding: 'lf' };
  three.refusal = leased;
  const all = [one.typist, two.typist, three.typist];
  one.typist.key('v', all);
  one.typist.key('\r', all);
  expect([one.sent, two.sent, three.sent]).toEqual(['v\r', 'v\n', '']);
  expect(three.refused).toHaveLength(2);
});

test('what a terminal answers by itself goes to its own board alone, and silently nowhere when refused', () => {
  const [one, two] = [new FakeConsole(), new FakeConsole()];
  const all = [one.typist, two.typist];
  const answers = [
    '\x1b[24;80R',
    '\x1b[?1;2c',
    '\x1b[0n',
    '\x1b[?2004;1$y',
    '\x1b]11;rgb:00/00/00\x1b\\',
    '\x1b[I',
    '\x1b[<0;3;4M',
  ];
  for (const answer of answers) one.typist.key(answer, all);
  expect(one.sent).toBe(answers.join(''));
  expect(two.sent).toBe('');
  one.refusal = leased;
  one.typist.key('\x1b[0n', all);
  expect(one.refused).toEqual([]);
});
