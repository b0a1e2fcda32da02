import '../../ui/widgets.css';
import { Button, Modal, Switch, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useBench, useLab, useView } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import classes from './ConsoleForm.module.css';
import { consoleTitle } from './consoleTitle.ts';
import { countLines, linesWithoutQuestion, mostPasteBytes } from './paste.ts';

interface Props {
  readonly consoleIds: readonly string[];
  /** What is about to be pasted; empty: to be put in here. */
  readonly text: string;
}

/** A text to look at, and to change, before a board gets it. */
export function PasteDialog({ consoleIds, text: given }: Props) {
  const { view, typing } = useLab();
  const boards = useBench((state) => state.boards);
  const asksBeforePaste = useView((state) => state.asksBeforePaste);
  const [text, setText] = useState(given);
  const tooLarge = new TextEncoder().encode(text).length > mostPasteBytes;
  const lines = countLines(text);
  const where =
    consoleIds.length === 1
      ? consoleTitle(consoleIds[0] ?? '', boards)
      : countOf(consoleIds.length, 'console');
  const paste = () => {
    view.show(null);
    typing.pasteInto(consoleIds, text);
  };
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={given === '' ? `Paste into ${where}` : `Paste ${countOf(lines, 'line')} into ${where}?`}
      size={640}
      data-testid="paste-dialog"
    >
      <div className={classes.form}>
        <Textarea
          label="Text"
          description={text === '' ? 'Ctrl+V puts in what you copied' : countOf(lines, 'line')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rows={Math.min(14, Math.max(6, lines))}
          classNames={{ input: classes.text ?? '' }}
          error={tooLarge ? `A paste holds at most ${mostPasteBytes / 1024} KiB. Send it as a file.` : null}
          wrap="off"
          spellCheck={false}
          data-autofocus
        />
        {given === '' ? null : (
          <Switch
            label={`Ask before more than ${linesWithoutQuestion} lines are pasted in this window`}
            checked={asksBeforePaste}
            onChange={(event) => view.set({ asksBeforePaste: event.currentTarget.checked })}
          />
        )}
        <p className={classes.hint}>
          Line ending, delays and waiting for the echo are as set for each console.
        </p>
        <div className={classes.foot}>
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button onClick={paste} disabled={text === '' || tooLarge} data-testid="paste-confirm">
            Paste
          </Button>
        </div>
      </div>
    </Modal>
  );
}
