import { ClipboardPaste, FileUp } from 'lucide-react';
import type { Board, ConsoleInfo } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { BreakMenu } from './BreakMenu.tsx';
import classes from './ConsoleBar.module.css';
import { TypingSettings } from './TypingSettings.tsx';
import { ViewActions } from './ViewActions.tsx';

/** Paste, file, break, and how the console is typed to; then how it is looked at. */
export function ConsoleTools({ board, info }: { board: Board; info: ConsoleInfo }) {
  const { view } = useLab();
  const { consoleId } = info;
  return (
    <>
      <IconButton
        label="Paste…"
        onClick={() => view.show({ kind: 'paste', consoleIds: [consoleId], text: '' })}
        testId="paste-open"
      >
        <ClipboardPaste size={16} strokeWidth={1.8} aria-hidden />
      </IconButton>
      <IconButton
        label="Send file…"
        onClick={() => view.show({ kind: 'send-file', consoleId, file: null })}
        testId="send-file-open"
      >
        <FileUp size={16} strokeWidth={1.8} aria-hidden />
      </IconButton>
      <BreakMenu info={info} />
      <TypingSettings board={board} info={info} />
      <span className={classes.rule} />
      <ViewActions consoleId={consoleId} />
    </>
  );
}
