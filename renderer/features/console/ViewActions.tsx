import { Binary, History } from 'lucide-react';
import { useStore } from 'zustand';
import { keys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ExportMenu } from '../history/ExportMenu.tsx';
import { TimesMenu } from '../history/TimesMenu.tsx';

/** How a console is looked at: times in its margin, bytes instead of text, its history, a copy to keep. */
export function ViewActions({ consoleId }: { consoleId: string }) {
  const { history } = useLab();
  const hex = useStore(history.store, (state) => consoleId in state.hex);
  const dockOpen = useStore(history.store, (state) => state.dockOpen);
  return (
    <>
      <TimesMenu />
      <IconButton
        label={hex ? 'Show as text' : 'Show as hex'}
        shortcut={keys['history.hex']}
        pressed={hex}
        onClick={() => history.toggleHex(consoleId)}
        testId="hex-toggle"
      >
        <Binary size={16} strokeWidth={1.8} aria-hidden />
      </IconButton>
      <ExportMenu consoleId={consoleId} />
      <IconButton
        label="History"
        shortcut={keys['history.toggle']}
        pressed={dockOpen}
        onClick={() => history.toggleDock()}
        testId="history-toggle"
      >
        <History size={16} strokeWidth={1.8} aria-hidden />
      </IconButton>
    </>
  );
}
