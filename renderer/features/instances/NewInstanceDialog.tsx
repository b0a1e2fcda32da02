import '../../ui/widgets.css';
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import type { NewInstance } from '../../../main/contract/index.ts';
import { newInstance } from '../../../main/contract/instances.ts';
import { useBench, useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { errorAtField, errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import { AnswersButtons } from './AnswersButtons.tsx';
import { hasErrors } from './fieldErrors.ts';
import { InstallFields } from './InstallFields.tsx';
import classes from './InstanceForm.module.css';
import { checkDraft, defaultDraft, draftOf, type InstallDraft, toAnswers } from './installDraft.ts';
import { PlanSummary } from './PlanSummary.tsx';
import { proposeName } from './proposeName.ts';
import { planErrors, usePlan } from './usePlan.ts';

/** Opens filled in: Install, or Enter, is all it needs. What suits few is folded away below. */
export function NewInstanceDialog({ answers }: { answers: NewInstance | null }) {
  const { view, instances } = useLab();
  const taken = (useBench((state) => state.instances) ?? []).map(({ name }) => name as string);
  const away = useConnectionPhase() !== 'connected';
  const [draft, setDraft] = useState<InstallDraft>(() =>
    answers === null ? defaultDraft(proposeName('home', taken)) : draftOf(answers),
  );
  const [refused, setRefused] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [submitted, setSubmitted] = useState(false);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const request = toAnswers(draft);
  // Once it is being installed its own name is taken: that is no news.
  const found = busy ? {} : checkDraft(draft, taken);
  const valid = newInstance.safeParse(request);
  const plan = usePlan(valid.success && !busy ? valid.data : null);
  const known = { ...planErrors(plan).errors, ...found };
  // The name is judged as it is typed, as is what the core found; the rest once the user thinks it is done.
  const errors = submitted
    ? { ...known, ...refused }
    : { ...planErrors(plan).errors, ...only(found, 'name') };
  const set = (part: Partial<InstallDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setRefused({});
    setProblem(null);
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    setProblem(null);
    if (busy || away) return;
    if (hasErrors(found)) {
      focusFirstError(form.current);
      return;
    }
    setBusy(true);
    try {
      const name = await instances.install(request);
      view.show(null);
      view.go({ page: 'instances', name });
    } catch (error) {
      const failure = toProblem(error);
      const atField = errorAtField(failure);
      setRefused(atField ?? {});
      if (atField === null) setProblem(failure);
      else focusFirstError(form.current);
      setBusy(false);
    }
  }

  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title="New instance"
      size={620}
      yOffset="5vh"
      data-testid="new-instance-dialog"
    >
      <form ref={form} className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextInput
          label="Name"
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          onFocus={(event) => event.currentTarget.select()}
          error={errorUnder(errors, 'name')}
          maxLength={64}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
        />
        <PlanSummary answer={plan} />
        <InstallFields draft={draft} set={set} errors={errors} />
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          <AnswersButtons
            answers={request}
            onLoad={(loaded) => {
              setDraft(draftOf(loaded));
              setSubmitted(false);
              setRefused({});
            }}
            onProblem={setProblem}
          />
          <span className={classes.spring} />
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" size="md" loading={busy} disabled={away} data-testid="install">
            Install
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function only(errors: FieldErrors, field: string): FieldErrors {
  const text = errors[field];
  return text === undefined ? {} : { [field]: text };
}

/** After the sections that hold errors have opened. */
function focusFirstError(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
