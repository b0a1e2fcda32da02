import '../../ui/widgets.css';
import { Button, Modal, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Board } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import classes from './ConsoleForm.module.css';
import { macroVariables } from './macroText.ts';

/** What a macro has to be told before it is typed. */
export function RunMacroDialog({ board, name }: { board: Board; name: string }) {
  const { view, typing } = useLab();
  const macro = board.macros.find((each) => each.name === name);
  const [values, setValues] = useState<Readonly<Record<string, string>>>(macro?.defaults ?? {});
  if (macro === undefined) return null;
  const variables = macroVariables(macro.text);
  const run = (event: FormEvent) => {
    event.preventDefault();
    view.show(null);
    // What was left empty is meant to be.
    const all = Object.fromEntries(variables.map((variable) => [variable, values[variable] ?? '']));
    void typing.runMacro(board, macro, all);
  };
  return (
    <Modal opened onClose={() => view.show(null)} title={`Run ${macro.name}`} size={440}>
      <form className={classes.form} onSubmit={run}>
        {variables.map((variable, index) => (
          <TextInput
            key={variable}
            label={variable}
            value={values[variable] ?? ''}
            onChange={(event) => setValues({ ...values, [variable]: event.currentTarget.value })}
            spellCheck={false}
            data-autofocus={index === 0}
          />
        ))}
        <div className={classes.foot}>
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" data-testid="run-macro-confirm">
            Run
          </Button>
        </div>
      </form>
    </Modal>
  );
}
