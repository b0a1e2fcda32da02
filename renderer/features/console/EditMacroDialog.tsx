import '../../ui/widgets.css';
import { Button, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Board, Macro } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { sentence } from '../../ui/sentence.ts';
import classes from './ConsoleForm.module.css';
import { consoleNames } from './consoleNames.ts';
import { macroVariables } from './macroText.ts';

const newMacro: Macro = { name: '', console: 'main', text: '', defaults: {} };

/** A text at the push of a button: written, tried and thrown away here. `name` is null for a new one. */
export function EditMacroDialog({ board, name }: { board: Board; name: string | null }) {
  const { view, boards } = useLab();
  const names = consoleNames(board);
  const [macro, setMacro] = useState<Macro>(
    () => board.macros.find((each) => each.name === name) ?? { ...newMacro, console: names[0] ?? 'main' },
  );
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Macro>) => setMacro({ ...macro, ...part });
  const taken = board.macros.some((each) => each.name === macro.name.trim() && each.name !== name);
  const variables = macroVariables(macro.text);
  const others = board.macros.filter((each) => each.name !== name);

  async function save(macros: readonly Macro[]) {
    setBusy(true);
    setProblem(null);
    try {
      await boards.update(board.boardId, { macros: [...macros] });
      view.show(null);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (taken || busy) return;
    // What is no variable of the text any more has no default either.
    const defaults = Object.fromEntries(
      Object.entries(macro.defaults).filter(([key]) => variables.includes(key)),
    );
    const saved = { ...macro, defaults };
    void save(
      name === null
        ? [...board.macros, saved]
        : board.macros.map((each) => (each.name === name ? saved : each)),
    );
  };

  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={name === null ? 'New macro' : `Macro ${name}`}
      size={560}
      data-testid="macro-dialog"
    >
      <form className={classes.form} onSubmit={submit} noValidate>
        <div className={classes.two}>
          <TextInput
            label="Name"
            description="As its button says it"
            value={macro.name}
            maxLength={60}
            onChange={(event) => change({ name: event.currentTarget.value })}
            error={taken ? 'Another macro of this board has this name.' : errorAt(problem, 'name')}
            data-autofocus
          />
          <Select
            label="Console"
            description="Where it is typed"
            data={names}
            value={macro.console}
            onChange={(value) => change({ console: value ?? macro.console })}
            allowDeselect={false}
          />
        </div>
        <Textarea
          label="Text"
          description="Typed as it is: a line break is Enter. {{name}} is asked for; {{board}}, {{console}}, {{date}} and {{time}} are known."
          value={macro.text}
          onChange={(event) => change({ text: event.currentTarget.value })}
          rows={6}
          wrap="off"
          spellCheck={false}
          classNames={{ input: classes.text ?? '' }}
          error={errorAt(problem, 'text')}
        />
        {variables.map((variable) => (
          <TextInput
            key={variable}
            label={`Suggest for ${variable}`}
            description="With something here it runs without asking"
            value={macro.defaults[variable] ?? ''}
            onChange={(event) =>
              change({ defaults: withDefault(macro.defaults, variable, event.currentTarget.value) })
            }
            spellCheck={false}
          />
        ))}
        <ProblemLine problem={problem} />
        <div className={classes.foot}>
          {name === null ? null : (
            <Button
              variant="subtle"
              className={classes.grave ?? ''}
              onClick={() => void save(others)}
              data-testid="remove-macro"
            >
              Remove
            </Button>
          )}
          <span className={classes.spring} />
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={macro.name.trim() === '' || macro.text === '' || taken}
            data-testid="save-macro"
          >
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function withDefault(defaults: Macro['defaults'], variable: string, value: string): Macro['defaults'] {
  const { [variable]: _, ...others } = defaults;
  return value === '' ? others : { ...others, [variable]: value };
}

function errorAt(problem: LabProblem | null, field: string): string | null {
  return problem?.field?.endsWith(`.${field}`) === true ? sentence(problem.message) : null;
}
