import type { ExpectRule, RuleAction, RuleStatus } from '../../../main/contract/index.ts';
import type { Tone } from '../../ui/StateShape.tsx';
import { ledStateWord } from '../power/leds/ledWords.ts';

export const actionNames: Readonly<Record<RuleAction['kind'], string>> = {
  send: 'Send text',
  'stop-autoboot': 'Stop autoboot',
  mark: 'Put a mark',
  notify: 'Notify',
  'power-off': 'Switch power off',
  'show-state': 'Show a state on the LEDs',
};

export const ruleTone: Readonly<Record<RuleStatus['state'], Tone>> = {
  armed: 'on',
  spent: 'unknown',
  late: 'unknown',
  off: 'off',
  failed: 'bad',
};

export const ruleStateWord: Readonly<Record<RuleStatus['state'], string>> = {
  armed: 'Armed',
  spent: 'Spent until the next boot',
  late: 'Too late in this boot',
  off: 'Off',
  failed: 'Failed',
};

/** `Stop autoboot`, `Send "reset"`: what a rule does, in a line. */
export function actionText(action: RuleAction): string {
  const name = actionNames[action.kind];
  if (action.kind === 'show-state') return `${name}: ${ledStateWord[action.state].toLowerCase()}`;
  if ('text' in action) return `${name} ${JSON.stringify(action.text)}`;
  return name;
}

/** An action of this kind that says as much as the one before it did. */
export function actionOfKind(kind: RuleAction['kind'], before: RuleAction): RuleAction {
  const text = 'text' in before ? before.text : '';
  switch (kind) {
    case 'stop-autoboot':
      return { kind, key: ' ' };
    case 'power-off':
      return { kind };
    case 'show-state':
      return { kind, state: 'state' in before ? before.state : 'failed' };
    default:
      return { kind, text };
  }
}

export const emptyRule: ExpectRule = {
  name: '',
  enabled: true,
  console: 'main',
  pattern: '',
  regex: false,
  action: { kind: 'mark', text: '' },
  withinMs: null,
  maxTimes: 1,
};

/** As people write what a key sends: `\r`, `\x03`; a space and what can be printed stand for themselves. */
export function escapeText(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/[^\x20-\x7e\u00a0-\uffff]/g, (character) => {
    if (character === '\r') return '\\r';
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

export function unescapeText(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|([rnt\\]))/g, (_, hex: string | undefined, letter: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { r: '\r', n: '\n', t: '\t' }[letter] ?? '\\';
  });
}
