import { useStore } from 'zustand';
import type { Board, PowerReading } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { lyingId } from './LyingOutlet.tsx';
import { evidenceId } from './PowerEvidence.tsx';
import classes from './PowerSwitch.module.css';
import { nextSwitchState, powerPlace } from './powerControl.ts';

interface Props {
  readonly board: Board;
  readonly reading: PowerReading | undefined;
  /** No core to ask: nothing can be switched. */
  readonly away: boolean;
}

/**
 * The board's power switch. It stands where power is known to be, and level where nothing is known. That of an outlet
 * that lies switches a port and says so: it stands where that was told to be.
 */
export function PowerSwitch({ board, reading, away }: Props) {
  const { power, actions } = useLab();
  const pending = useStore(actions.store, (state) => powerPlace(board.boardId) in state.pending);
  const busy = pending || reading?.busy === true;
  const lies = reading?.verdict?.outcome === 'lies';
  const state = (lies ? reading?.commanded : reading?.known) ?? 'unknown';
  const switchable = reading?.switchable === true;
  const blocked = away || busy || !switchable;
  return (
    <button
      type="button"
      className={classes.switch}
      data-testid="power-switch"
      data-state={state}
      data-busy={busy}
      aria-pressed={state === 'unknown' ? 'mixed' : state === 'on'}
      aria-busy={busy}
      // Not `disabled`: a switch that loses focus while it works drops who uses it by keyboard.
      aria-disabled={blocked}
      aria-describedby={`${evidenceId(board.boardId)}${lies ? ` ${lyingId(board.boardId)}` : ''}`}
      title={
        switchable || reading === undefined
          ? undefined
          : 'No power outlet is bound. Bind one in the inspector.'
      }
      onClick={() => {
        if (!blocked) void power.toggle(board.boardId);
      }}
    >
      <span className={classes.well} aria-hidden="true">
        <span className={classes.rocker}>
          <span className={classes.off} />
          <span className={classes.on} />
        </span>
      </span>
      <SwitchWords reading={reading} lies={lies} />
    </button>
  );
}

function SwitchWords({ reading, lies }: { reading: PowerReading | undefined; lies: boolean }) {
  const switchable = reading?.switchable !== false;
  return (
    <span className={classes.text}>
      {lies ? `Port ${reading?.commanded ?? 'unknown'}` : 'Power'}
      <span className={classes.next} aria-hidden="true">
        {!switchable ? 'No outlet' : lies ? 'Power stays' : `Switch ${nextSwitchState(reading)}`}
      </span>
    </span>
  );
}
