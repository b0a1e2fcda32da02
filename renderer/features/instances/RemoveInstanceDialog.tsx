import '../../ui/widgets.css';
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Instance } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './InstanceForm.module.css';
import { holdsData } from './instanceWords.ts';

/** Says what is lost; where it holds data, its name has to be typed. */
export function RemoveInstanceDialog({ instance }: { instance: Instance }) {
  const { view, connection } = useLab();
  const backups = useBench(
    (state) => state.backups?.filter(({ instanceKey }) => instanceKey === instance.key).length,
  );
  const [typed, setTyped] = useState('');
  // One that failed has most likely never held anything; where the core knows better, it asks.
  const [asked, setAsked] = useState(
    holdsData(instance.holds) && !(instance.state === 'failed' && instance.holds === null),
  );
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const { name, holds } = instance;
  const ready = !asked || typed.trim() === name;
  const remove = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await connection.client().instances.remove({
        params: { name },
        query: asked ? { confirm: typed.trim() } : {},
      });
      view.show(null);
      view.go({ page: 'instances', name: null });
    } catch (error) {
      const failure = toProblem(error);
      // It has got data since we looked.
      if (failure.field === 'confirm') setAsked(true);
      setProblem(failure);
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={`Remove ${name}?`}
      size={440}
      centered
      data-testid="remove-dialog"
    >
      <form className={classes.form} onSubmit={(event) => void remove(event)}>
        {asked ? (
          <>
            <p>This is lost, with all results and settings:</p>
            <ul className={classes.losses}>
              {holds === null ? (
                <li>jobs, devices and users: how many is not known now</li>
              ) : (
                <>
                  <li>{countOf(holds.jobs, 'job')}</li>
                  <li>{countOf(holds.devices, 'device')}</li>
                  <li>{countOf(holds.users, 'user')}</li>
                </>
              )}
            </ul>
          </>
        ) : (
          <p>It holds no jobs and no devices: nothing is lost but its admin’s login.</p>
        )}
        <p className={classes.soft}>
          {backups === undefined || backups === 0
            ? 'There is no backup of it.'
            : `Its ${countOf(backups, 'backup')} ${backups === 1 ? 'stays' : 'stay'}.`}
        </p>
        {asked ? (
          <TextInput
            label={`Type ${name} to remove it`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        ) : null}
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <span className={classes.spring} />
          <Button
            variant="default"
            onClick={() => view.show(null)}
            {...(asked ? {} : { 'data-autofocus': true })}
          >
            Cancel
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={!ready}
            className={classes.grave ?? ''}
            data-testid="confirm"
          >
            Remove
          </Button>
        </div>
      </form>
    </Modal>
  );
}
