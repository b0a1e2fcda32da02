import { expect, test } from 'vitest';
import { splitCommands, splitWords } from './commandLine.ts';
import { LineEditor } from './lineEditor.ts';

/** Types latin1 text; returns all echo and the finished lines. */
function typeInto(editor: LineEditor, text: string): { echo: string; lines: string[] } {
  const keys = [...text].map((char) => editor.feed(char));
  return {
    echo: keys.map((key) => key.echo).join(''),
    lines: keys.flatMap((key) => (key.line === undefined ? [] : [key.line])),
  };
}

test('backspace takes a whole UTF-8 character and one column', () => {
  const umlaut = Buffer.from('aü').toString('latin1');
  const typed = typeInto(new LineEditor(), `${umlaut}\x7f\r`);
  expect(typed.lines).toEqual(['a']);
  expect(typed.echo.split('\b \b').length - 1).toBe(1);
});

test('backspace on an empty line prints nothing', () => {
  expect(typeInto(new LineEditor(), '\x7f\x08\x15\x17').echo).toBe('');
});

test('Ctrl-W takes the last word', () => {
  expect(typeInto(new LineEditor(), 'one two \x17three\r').lines).toEqual(['one three']);
});

test('arrow and function keys leave no trace', () => {
  const typed = typeInto(new LineEditor(), 'a\x1b[A\x1b[1;5C\x1bOP\x1b[15~b\r');
  expect(typed).toEqual({ echo: 'ab\n', lines: ['ab'] });
});

test('a line that never ends is cut with a bell and stays small', () => {
  const typed = typeInto(new LineEditor(), `${'x'.repeat(5000)}\r`);
  expect(typed.lines[0]).toHaveLength(1024);
  expect(typed.echo.split('\x07')).toHaveLength(5000 - 1024 + 1);
});

test('a password is not echoed', () => {
  const editor = new LineEditor();
  editor.echo = false;
  expect(typeInto(editor, 'secret\x7f\r')).toEqual({ echo: '\n', lines: ['secre'] });
});

test('commands split outside quotes only', () => {
  expect(splitCommands('a; b "x;y" && c || # note').map(({ text, when }) => [when, text])).toEqual([
    ['always', 'a'],
    ['always', 'b "x;y"'],
    ['ok', 'c'],
  ]);
});

test('words know quotes, backslashes and variables', () => {
  const lookup = (name: string) => ({ who: 'me' })[name] ?? '';
  expect(splitWords(`say "to \${who}" '$who' $who! a\\ b $nothing "" $`, lookup)).toEqual([
    'say',
    'to me',
    '$who',
    'me!',
    'a b',
    '',
    '$',
  ]);
});
