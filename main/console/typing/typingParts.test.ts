import { expect, test } from 'vitest';
import { BracketedPasteMode } from './bracketedPaste.ts';
import { expandMacro } from './macros.ts';
import { TransferProgress } from './transferProgress.ts';

test('bracketed paste is wanted from the moment a program asks until it takes it back', () => {
  const stream = 'noise\x1b[?2004hprompt$ \x1b[?2004lrunning\x1b[?2004hagain';
  const mode = new BracketedPasteMode();
  const wanted: boolean[] = [];
  for (const byte of Buffer.from(stream)) {
    mode.push(Uint8Array.of(byte));
    if (wanted.at(-1) !== mode.wanted) wanted.push(mode.wanted);
  }
  expect(wanted).toEqual([false, true, false, true]);
  mode.push(Buffer.from('\x1b[?2004l \x1b[?2004h \x1b[?2004x'));
  expect(mode.wanted).toBe(true);
  mode.reset();
  expect(mode.wanted).toBe(false);
});

const context = { board: 'beagle', console: 'main', now: new Date(2026, 10, 22, 7, 5, 9) };

test('a macro gets the values it is given, what is known, and its defaults, in this order', () => {
  const macro = {
    text: 'setenv {{name}} {{ value }} on {{board}}.{{console}} {{date}} {{time}}\n',
    defaults: { name: 'ip', value: 'default' },
  };
  expect(expandMacro(macro, { value: '{{board}} $& 10.0.0.1' }, context)).toEqual({
    text: 'setenv ip {{board}} $& 10.0.0.1 on beagle.main 2026-11-22 07:05:09\n',
  });
});

test('a macro says which variables have no value', () => {
  const macro = { text: '{{a}} {{b}} {{a}} {{ not a name! }}', defaults: { b: '' } };
  expect(expandMacro(macro, {}, context)).toEqual({ missing: ['a'] });
});

test('progress is read from what lrzsz counts, however it is cut', () => {
  const done: number[] = [];
  const log: string[] = [];
  const progress = new TransferProgress(
    10_240,
    (part) => done.push(part),
    (text) => log.push(text),
  );
  const said =
    'Sending: f.bin\r\n\rBytes Sent:   1024/  10240   BPS:1003028  ETA 00:00  \rYmodem sectors/kbytes sent:  40/ 5k\rRetry 0: NAK\r';
  for (const character of said) progress.push(Buffer.from(character));
  expect(done).toEqual([0.1, 0.5]);
  expect(log).toEqual(['Sending: f.bin', 'Retry 0: NAK']);
  expect(progress.lastWords).toBe('Retry 0: NAK');
});
