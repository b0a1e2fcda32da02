import { MantineProvider } from '@mantine/core';
import { Suspense } from 'react';
import { loadTerminal } from '../features/console/terminalSessions.ts';
import { lazily } from '../ui/lazily.ts';
import { cssVariables, theme } from '../ui/theme.ts';
import { useAppearance } from './appearance.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { useFirstPaint } from './firstPaint.ts';
import type { Lab } from './lab.ts';
import { LabContext, useConnectionPhase, useLab } from './labContext.tsx';
import { loadBoardPage, loadPalette, Shell } from './Shell.tsx';

const TokenPage = lazily(() => import('./TokenPage.tsx').then((module) => ({ default: module.TokenPage })));

export function App({ lab }: { lab: Lab }) {
  return (
    <LabContext value={lab}>
      <Themed />
    </LabContext>
  );
}

function Themed() {
  const scheme = useAppearance(useLab());
  useFirstPaint(preload);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme={scheme}>
      <ErrorBoundary>
        <Gate />
      </ErrorBoundary>
    </MantineProvider>
  );
}

function Gate() {
  const phase = useConnectionPhase();
  if (phase !== 'unauthorized') return <Shell />;
  return (
    <Suspense>
      <TokenPage />
    </Suspense>
  );
}

function preload(): void {
  void loadBoardPage();
  void loadTerminal();
  // Opened by a key that is followed by typing at once: what is typed must find it there.
  requestIdleCallback(() => void loadPalette());
}
