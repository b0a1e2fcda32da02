import { Suspense } from 'react';
import type { Board, PowerReading } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { lazily } from '../../ui/lazily.ts';
import classes from './LedRow.module.css';
import { LedMenuButton } from './leds/LedMenuButton.tsx';

const LedMenu = lazily(() => import('./leds/LedMenu.tsx').then((module) => ({ default: module.LedMenu })));

interface Props {
  readonly board: Board;
  readonly reading: PowerReading | undefined;
  readonly away: boolean;
}

/** The outlet's lamps, if it has any, and what they say. A press asks for the change; the lamp lights once the core says so. */
export function LedRow({ board, reading, away }: Props) {
  const kind = reading?.outlet?.kind;
  const count = reading?.outlet?.leds ?? 0;
  // A hub port has no lamps, but may have a light to find it by.
  if (reading !== undefined && count === 0 && kind !== 'usb-hub-port') return null;
  const names = board.ledNames.slice(0, reading?.outlet?.leds ?? board.ledNames.length);
  return (
    <fieldset className={classes.row} aria-label="LEDs">
      {names.map((name, index) => (
        <LedToggle
          // The three places never move: their index is their name.
          // biome-ignore lint/suspicious/noArrayIndexKey: fixed places
          key={index}
          board={board}
          led={index + 1}
          name={name === '' ? `LED ${index + 1}` : name}
          lit={reading?.leds[index] === true}
          blocked={away || reading?.switchable !== true}
        />
      ))}
      <Suspense fallback={<LedMenuButton state={reading?.ledState ?? null} disabled />}>
        <LedMenu board={board} reading={reading} away={away} />
      </Suspense>
    </fieldset>
  );
}

interface LedProps {
  readonly board: Board;
  readonly led: number;
  readonly name: string;
  readonly lit: boolean;
  readonly blocked: boolean;
}

function LedToggle({ board, led, name, lit, blocked }: LedProps) {
  const { power } = useLab();
  return (
    <button
      type="button"
      className={classes.led}
      data-testid={`led-${led}`}
      data-lit={lit}
      aria-pressed={lit}
      aria-disabled={blocked}
      onClick={() => {
        if (!blocked) void power.setLed(board.boardId, led, !lit);
      }}
    >
      <span className={classes.lens} aria-hidden="true" />
      <span className={classes.name}>{name}</span>
      <span className={classes.word} aria-hidden="true">
        {lit ? 'lit' : 'dark'}
      </span>
    </button>
  );
}
