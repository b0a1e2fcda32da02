import type { ConsoleState } from '../../../main/contract/index.ts';
import type { Tone } from '../../ui/StateShape.tsx';

export const consoleWord: Readonly<Record<ConsoleState, string>> = {
  open: 'Open',
  opening: 'Opening…',
  unplugged: 'Unplugged',
  busy: 'In use elsewhere',
  denied: 'No access',
  off: 'Off',
  failed: 'Failed',
};

export const consoleTone: Readonly<Record<ConsoleState, Tone>> = {
  open: 'on',
  opening: 'busy',
  unplugged: 'bad',
  busy: 'bad',
  denied: 'bad',
  off: 'off',
  failed: 'bad',
};
