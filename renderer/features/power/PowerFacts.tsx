import type { Board, OutletFacts, PowerReading } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { Age } from '../../ui/Age.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { AlsoCuts } from './AlsoCuts.tsx';
import { knownConsequences, wokenWith } from './consequences.ts';
import classes from './PowerFacts.module.css';
import { commandText, disagrees, outletKindWord, wattsText } from './powerWords.ts';
import { VerdictDetails } from './VerdictDetails.tsx';
import { Witnesses } from './Witnesses.tsx';

interface Props {
  readonly board: Board;
  readonly reading: PowerReading;
  /** Something else comes in front. */
  readonly onLeave: () => void;
}

/** All that is known of a board's power: what it was told, what is so, who says that, and what its outlet is worth. */
export function PowerFacts({ board, reading, onLeave }: Props) {
  const { view, power } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const { outlet, verdict, witnesses } = reading;
  return (
    <div className={classes.facts} data-testid="power-panel">
      <ToldAndKnown reading={reading} />
      <section>
        <h2>What was seen since</h2>
        {witnesses.length === 0 ? (
          <p className={classes.faint}>
            Nothing yet. A word on the console, a meter or the outlet will tell.
          </p>
        ) : (
          <Witnesses seen={witnesses} />
        )}
      </section>
      <section>
        <h2>Outlet</h2>
        {outlet === null ? (
          <p className={classes.faint}>None is bound: power can’t be switched.</p>
        ) : (
          <Outlet reading={reading} />
        )}
        {outlet === null ? null : (
          <VerdictDetails
            verdict={verdict}
            onForget={away ? null : () => void power.forgetVerdict(board.boardId)}
            onTest={
              away
                ? null
                : () => {
                    onLeave();
                    view.show({ kind: 'power-test', boardId: board.boardId });
                  }
            }
          />
        )}
      </section>
    </div>
  );
}

function ToldAndKnown({ reading }: { reading: PowerReading }) {
  const me = useBench((state) => state.me?.who ?? null);
  const told = commandText(reading, me);
  const { commandedAtMs, evidence, known } = reading;
  return (
    <section>
      <dl className={classes.pair}>
        <dt>Told</dt>
        <dd data-testid="power-told">
          <StateShape tone={reading.commanded ?? 'unknown'} sizePx={10} />
          <span>
            {told ?? 'Nothing yet'}
            {told === null || commandedAtMs === null ? null : (
              <>
                , <Age atMs={commandedAtMs} />
              </>
            )}
          </span>
        </dd>
        <dt>Known</dt>
        <dd data-testid="power-known">
          <StateShape tone={known} sizePx={10} />
          <span>
            <strong>{known === 'unknown' ? 'Unknown' : known === 'on' ? 'On' : 'Off'}</strong>:{' '}
            {sentence(evidence.text).slice(0, -1)}
            {evidence.kind === 'none' ? null : (
              <>
                , <Age atMs={evidence.atMs} />
              </>
            )}
          </span>
        </dd>
      </dl>
      {disagrees(reading) ? (
        <p className={classes.disagree} data-testid="power-disagrees">
          <StateShape tone="bad" sizePx={11} />
          <span>
            The two don’t agree: it was told {reading.commanded}, and it is {known}.
          </span>
        </p>
      ) : null}
    </section>
  );
}

function Outlet({ reading }: { reading: PowerReading }) {
  const { outlet, meter } = reading;
  const power = useBench((state) => state.power);
  const harm = knownConsequences(reading.boardId, power);
  const woken = wokenWith(reading.boardId, power);
  if (outlet === null) return null;
  return (
    <>
      <p data-selectable>
        <strong>{outlet.label}</strong>
        {sameWords(outlet) ? null : (
          <span className={classes.faint}> {outletKindWord[outlet.kind] ?? outlet.kind}</span>
        )}
      </p>
      {meter === null ? null : (
        <p className="tabular" data-testid="power-meter">
          {wattsText(meter.watts)}
          {meter.volts === null ? '' : `, ${meter.volts.toFixed(1)} V`}
          {meter.amperes === null ? '' : `, ${meter.amperes.toFixed(2)} A`}
          <span className={classes.faint}>
            {' '}
            measured <Age atMs={meter.atMs} />
          </span>
        </p>
      )}
      <p className={classes.faint}>
        {outlet.readable ? 'It can be asked for its state.' : 'It can’t be asked for its state.'}
        {outlet.switching === 'ganged' ? ' It says it switches all its ports at once.' : ''}
      </p>
      {harm === null ? null : <AlsoCuts consequences={harm} />}
      {woken.length === 0 ? null : (
        <p data-testid="also-powers">Switched on, it gives power to {woken.join(', ')} too.</p>
      )}
    </>
  );
}

/** `virtual outlet` needs no `Virtual outlet` behind it. */
function sameWords({ kind, label }: OutletFacts): boolean {
  return outletKindWord[kind]?.toLowerCase() === label.toLowerCase();
}
