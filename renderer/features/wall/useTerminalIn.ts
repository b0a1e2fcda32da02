import { type RefObject, useEffect, useRef, useState } from 'react';
import { useLab } from '../../app/labContext.tsx';
import type { TerminalSession } from '../console/terminalSession.ts';

/** Mounts a console's terminal into an element for as long as that is there. */
export function useTerminalIn(
  consoleId: string,
  fontPx: number | null,
): { readonly holder: RefObject<HTMLDivElement | null>; readonly session: TerminalSession | null } {
  const { terminals } = useLab();
  const holder = useRef<HTMLDivElement>(null);
  const [session, setSession] = useState<TerminalSession | null>(null);
  const font = useRef(fontPx);
  font.current = fontPx;
  useEffect(() => {
    let gone = false;
    let mounted: TerminalSession | null = null;
    void terminals.open(consoleId).then((opened) => {
      if (gone || holder.current === null) return;
      mounted = opened;
      // Before it is drawn: another size afterwards would draw it twice.
      opened.setTileFont(font.current);
      opened.mount(holder.current);
      setSession(opened);
    });
    return () => {
      gone = true;
      // Where it goes next it has the size of the settings again.
      mounted?.setTileFont(null);
      mounted?.unmount();
    };
  }, [terminals, consoleId]);
  useEffect(() => session?.setTileFont(fontPx), [session, fontPx]);
  return { holder, session };
}
