import type { Port, TeachFound, TeachRole, TeachSession, TeachSight } from '../../../main/contract/index.ts';
import type { Tone } from '../../ui/StateShape.tsx';
import { findPort } from '../ports/describePort.ts';
import type { TeachStage } from './teachMemory.ts';

export const stageTitle: Readonly<Record<TeachStage, string>> = {
  console: 'Console',
  cable: 'Power cable',
  socket: 'Hub port',
  name: 'Name',
};

/** What the next button offers. */
export const stageOffer: Readonly<Record<TeachStage, string>> = {
  console: 'Next: the console',
  cable: 'Next: the power cable',
  socket: 'Next: the hub port',
  name: 'Next: its name',
};

/** What to know before one pulls. */
export const pullHint: Readonly<Record<TeachRole, string>> = {
  console: 'The plug of its serial adapter, at this computer or at the hub. Labdeck watches which port goes.',
  cable: 'The cable that cuts the board’s supply for Labdeck. Most boards have none: then leave it out.',
  socket:
    'If the board itself is plugged into a USB hub, pull that plug: the port may switch its power, and tells whether it has any.',
};

export const leaveOut: Readonly<Record<TeachRole, string>> = {
  console: 'It has no console',
  cable: 'It has no power cable',
  socket: 'It is on no hub',
};

export const sightWord: Readonly<Record<TeachSight['what'], string>> = {
  gone: 'Unplugged',
  back: 'Back',
  moved: 'Moved',
};

export const sightTone: Readonly<Record<TeachSight['what'], Tone>> = {
  gone: 'off',
  back: 'on',
  moved: 'info',
};

/** The boards that have one of these ports already, each once. */
export function ownersOf(found: readonly TeachFound[], ports: readonly Port[]): string[] {
  const owners = found.flatMap(({ match }) => {
    const port = match === null ? null : findPort(ports, match);
    return port?.boundTo == null ? [] : [port.boundTo.boardId];
  });
  return [...new Set(owners)];
}

/** Two lines of one adapter are called the same. */
export function hasTwin(list: readonly TeachFound[], { role, text }: TeachFound): boolean {
  return list.filter((each) => each.role === role && each.text === text).length > 1;
}

/** What to do or what is so, in one sentence: shown large, and said where nobody looks. */
export function headline({ step, ask, found }: TeachSession, stage: TeachStage): string {
  if (step !== 'ready') return ask;
  if (stage === 'name')
    return found.length === 0
      ? 'Nothing was found, so there is nothing to bind'
      : 'What is this board called?';
  const last = found.findLast(({ role }) => role === stage);
  return last === undefined ? `${stageTitle[stage]}: nothing found yet` : `Found: ${last.text}`;
}
