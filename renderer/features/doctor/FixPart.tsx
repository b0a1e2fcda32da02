import type { DoctorFix } from '../../../main/contract/index.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { isUnderWay } from '../tasks/taskWords.ts';
import { CommandText } from './CommandText.tsx';
import classes from './FixPart.module.css';

/** What helps: the exact command, to copy or to have run. */
export function FixPart({ fix }: { fix: DoctorFix }) {
  const { view } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const fixing = useBench(
    (state) => state.tasks?.some((task) => task.kind === 'doctor-fix' && isUnderWay(task)) === true,
  );
  const blocked = away || fixing;
  return (
    <section className={classes.fix} aria-label={fix.title}>
      <h4>{fix.title}</h4>
      <CommandText text={fix.command} />
      <Effects fix={fix} />
      {fix.runnable ? (
        <div className={classes.foot}>
          <button
            type="button"
            className="button"
            aria-disabled={blocked}
            onClick={() => (blocked ? undefined : view.show({ kind: 'doctor-fix', fix }))}
            data-testid={`fix-${fix.fixId}`}
          >
            {fixing ? 'A fix is under way…' : 'Fix it…'}
          </button>
        </div>
      ) : (
        <p className={classes.note}>{fix.whyNot}</p>
      )}
    </section>
  );
}

/** What comes with it: the password, what has to follow, and the way back. */
export function Effects({ fix }: { fix: DoctorFix }) {
  const { needsRoot, afterwards, undo, runnable } = fix;
  if (!needsRoot && afterwards === null && undo === null) return null;
  return (
    <dl className={classes.effects}>
      {needsRoot && runnable ? (
        <>
          <dt>Rights</dt>
          <dd>The system may ask for the administrator’s password.</dd>
        </>
      ) : null}
      {afterwards === null ? null : (
        <>
          <dt>Then</dt>
          <dd>{afterwards}</dd>
        </>
      )}
      {undo === null ? null : (
        <>
          <dt>Undo</dt>
          <dd>
            <code>{undo}</code>
          </dd>
        </>
      )}
    </dl>
  );
}
