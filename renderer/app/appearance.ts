import { useEffect, useSyncExternalStore } from 'react';
import type { Settings } from '../../main/contract/index.ts';
import { remember, remembered } from '../lib/stores/remembered.ts';
import type { Scheme } from '../ui/tokens.ts';
import type { Lab } from './lab.ts';
import { useBench, useView } from './labContext.tsx';

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

/** The theme to show; hands it, with the terminal's look, to terminals and shell. */
export function useAppearance(lab: Lab): Scheme {
  const settings = useBench((state) => state.settings);
  const screenReaderMode = useView((state) => state.screenReaderMode);
  const systemDark = useSyncExternalStore(onSystemChange, () => darkQuery.matches);
  const theme = settings?.theme ?? rememberedTheme();
  const scheme: Scheme = theme === 'dark' || (theme === 'system' && systemDark) ? 'dark' : 'light';
  const { fontSizePx = 13, scrollbackLines = 10_000 } = settings ?? {};

  useEffect(() => {
    const look = { scheme, fontSizePx, scrollbackLines, screenReaderMode };
    lab.terminals.setAppearance(look);
    lab.shells.setAppearance(look);
  }, [lab, scheme, fontSizePx, scrollbackLines, screenReaderMode]);

  useEffect(() => {
    if (settings === null) return;
    window.labdeckShell?.setTheme(theme);
    remember('theme', theme);
  }, [settings, theme]);

  return scheme;
}

function onSystemChange(listener: () => void): () => void {
  darkQuery.addEventListener('change', listener);
  return () => darkQuery.removeEventListener('change', listener);
}

/** What the core said last time: the first frame should not flash in the other theme. */
function rememberedTheme(): Settings['theme'] {
  const theme = remembered('theme');
  return theme === 'dark' || theme === 'light' ? theme : 'system';
}
