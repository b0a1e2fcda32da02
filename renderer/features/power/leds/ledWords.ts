import type { Board, LedMode, LedRule, LedState } from '../../../../main/contract/index.ts';

/** In the order they are listed everywhere. */
export const ledStates: readonly LedState[] = [
  'off',
  'booting',
  'master-image',
  'test-image',
  'recovery',
  'failed',
  'this-one',
];

export const ledStateWord: Readonly<Record<LedState, string>> = {
  off: 'Off',
  booting: 'Booting',
  'master-image': 'Master image',
  'test-image': 'Test image',
  recovery: 'Recovery',
  failed: 'Failed',
  'this-one': 'This one',
};

/** What the core says the LEDs show, in words; also of a state this window does not know. */
export function stateWord(state: string): string {
  return Object.hasOwn(ledStateWord, state) ? ledStateWord[state as LedState] : state;
}

export const ledModeWord: Readonly<Record<LedMode, string>> = {
  off: 'dark',
  on: 'lit',
  blink: 'blinks',
  leave: 'by hand',
};

const modes: readonly LedMode[] = ['off', 'on', 'blink', 'leave'];

/** A press on a light goes round: dark, lit, blinks, by hand. */
export function nextMode(mode: LedMode): LedMode {
  return modes[(modes.indexOf(mode) + 1) % modes.length] ?? 'off';
}

type When = LedRule['when'];

export const whenKindWord: Readonly<Record<When['kind'], string>> = {
  power: 'Power is',
  stage: 'The boot reached',
  fault: 'The boot ended in a fault',
  lease: 'A console is held',
  job: 'A LAVA job has the board',
};

export function whenOfKind(kind: When['kind']): When {
  switch (kind) {
    case 'power':
      return { kind, is: 'on' };
    case 'stage':
      return { kind, stage: 'login' };
    case 'lease':
      return { kind, who: null };
    case 'fault':
    case 'job':
      return { kind };
  }
}

export function ledName(board: Board, index: number): string {
  const name = board.ledNames[index];
  return name === undefined || name === '' ? `LED ${index + 1}` : name;
}
