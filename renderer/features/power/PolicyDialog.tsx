import '../../ui/widgets.css';
import { Button, Modal, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Board } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import formClasses from '../boards/BoardForm.module.css';
import { errorUnder } from '../boards/boardForm.ts';
import { shownName } from '../boards/groupBoards.ts';
import { checkPolicy, type PolicyDraft, policyDraft } from './policyDraft.ts';
import { afterRebootChoices, atQuitChoices } from './policyWords.ts';

/** How a board likes to be switched, when it goes off by itself, and what it takes. */
export function PolicyDialog({ board }: { board: Board }) {
  const { view, boards } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const [draft, setDraft] = useState<PolicyDraft>(() => policyDraft(board.powerPolicy));
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [submitted, setSubmitted] = useState(false);
  const [busy, setBusy] = useState(false);
  const checked = checkPolicy(draft);
  const errors = submitted && !checked.ok ? checked.errors : {};
  const set = (part: Partial<PolicyDraft>) => {
    setDraft({ ...draft, ...part });
    setProblem(null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (!checked.ok || busy || away) return;
    setBusy(true);
    try {
      await boards.update(board.boardId, { powerPolicy: checked.value });
      view.show(null);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  type TextField = 'cycleOffS' | 'minOffS' | 'rampS' | 'idleOffMinutes' | 'nameplateWatts';
  const text = (field: TextField, label: string, description: string, unit: string, placeholder?: string) => (
    <TextInput
      label={label}
      description={description}
      placeholder={placeholder}
      inputMode="decimal"
      value={draft[field]}
      rightSection={<span className={formClasses.unit}>{unit}</span>}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      error={errorUnder(errors, field)}
    />
  );
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={`Power policy of ${shownName(board)}`}
      size={560}
      data-testid="policy-dialog"
    >
      <form className={formClasses.form} onSubmit={(event) => void submit(event)} noValidate>
        <fieldset className={formClasses.group}>
          <legend>Switching</legend>
          <div className={formClasses.three}>
            {text('cycleOffS', 'Off-time of a cycle', 'Then it is on again', 's')}
            {text('minOffS', 'At least off', 'Capacitors drain first', 's')}
            {text('rampS', 'Ramp', 'The next board waits for it', 's')}
          </div>
        </fieldset>
        <fieldset className={formClasses.group}>
          <legend>By itself</legend>
          {text(
            'idleOffMinutes',
            'Off when idle for',
            'No output, no typing, nobody has its console, no job. Empty: never',
            'min',
            'never',
          )}
          <div className={formClasses.two}>
            <Select
              label="When Labdeck quits"
              data={[...atQuitChoices]}
              value={draft.atQuit}
              onChange={(value) => set({ atQuit: value === 'off' ? 'off' : 'leave' })}
              allowDeselect={false}
            />
            <Select
              label="After the computer starts"
              data={[...afterRebootChoices]}
              value={draft.afterReboot}
              onChange={(value) =>
                set({
                  afterReboot: afterRebootChoices.find((each) => each.value === value)?.value ?? 'leave',
                })
              }
              allowDeselect={false}
            />
          </div>
        </fieldset>
        <fieldset className={formClasses.group}>
          <legend>Energy</legend>
          {text(
            'nameplateWatts',
            'Nameplate',
            'The watts printed on its label or power supply. Used for an estimate where nothing measures it',
            'W',
            'not known',
          )}
        </fieldset>
        <ProblemLine problem={problem} />
        <div className={formClasses.foot}>
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={away} data-testid="save-policy">
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
