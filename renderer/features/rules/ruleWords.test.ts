import { expect, test } from 'vitest';
import { expectRule } from '../../../main/contract/index.ts';
import { actionOfKind, actionText, emptyRule, escapeText, unescapeText } from './ruleWords.ts';

test('a rule’s action says itself in a line', () => {
  expect(actionText({ kind: 'send', text: 'run boot\r' })).toBe('Send text "run boot\\r"');
  expect(actionText({ kind: 'power-off' })).toBe('Switch power off');
  expect(actionText({ kind: 'stop-autoboot', key: ' ' })).toBe('Stop autoboot');
});

test('another kind of action keeps the words it can use', () => {
  const mark = { kind: 'mark', text: 'login' } as const;
  expect(actionOfKind('notify', mark)).toEqual({ kind: 'notify', text: 'login' });
  expect(actionOfKind('power-off', mark)).toEqual({ kind: 'power-off' });
  expect(actionOfKind('send', { kind: 'power-off' })).toEqual({ kind: 'send', text: '' });
});

test('a new rule lacks only its name, its pattern and its text', () => {
  const issues = expectRule.safeParse(emptyRule).error?.issues.map((issue) => issue.path.join('.'));
  expect(issues).toEqual(['name', 'pattern', 'action.text']);
});

test('what keys send is written so that it can be read, and read back as it was', () => {
  for (const text of ['boot\r', '\x03', 'a\\b', 'tab\there', 'grün\r\n', ' ']) {
    expect(unescapeText(escapeText(text))).toBe(text);
  }
  expect(escapeText('boot\r')).toBe('boot\\r');
  expect(escapeText('\x1b[A')).toBe('\\x1b[A');
});
