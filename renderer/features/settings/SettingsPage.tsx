import '../../ui/widgets.css';
import { NumberInput, SegmentedControl, Switch } from '@mantine/core';
import { useId } from 'react';
import { useStore } from 'zustand';
import type { Settings } from '../../../main/contract/index.ts';
import { keys } from '../../app/commands/keys.ts';
import { useBench, useConnectionPhase, useLab, useView } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { RecordingsPane } from '../history/RecordingsPane.tsx';
import { AboutPane } from './AboutPane.tsx';
import { KeyboardPane } from './KeyboardPane.tsx';
import { Pane } from './Pane.tsx';
import classes from './SettingsPage.module.css';
import { largestFontPx, smallestFontPx } from './settingsControl.ts';

/** Settings take effect as they are changed, in every window: the core keeps them. */
export function SettingsPage() {
  const control = useLab().settings;
  const settings = useBench((state) => state.settings);
  const { asked, problem } = useStore(control.store);
  return (
    <main className={classes.page} data-testid="settings" aria-busy={settings === null}>
      <div className={classes.column}>
        <h1>Settings</h1>
        <ProblemLine problem={problem} onDismiss={() => control.dismissProblem()} />
        {settings === null ? null : (
          <SettingsForm settings={{ ...settings, ...asked }} change={(patch) => control.change(patch)} />
        )}
        <KeyboardPane />
        <AboutPane />
      </div>
    </main>
  );
}

interface FormProps {
  readonly settings: Settings;
  readonly change: (patch: Partial<Settings>) => void;
}

function SettingsForm({ settings, change }: FormProps) {
  const away = useConnectionPhase() !== 'connected';
  return (
    <>
      <Pane title="Appearance">
        <ThemeRow theme={settings.theme} disabled={away} change={change} />
      </Pane>
      <Pane title="Terminal">
        <NumberRow
          label="Font size"
          hint={`In pixels; ${keys['view.fontLarger']} and ${keys['view.fontSmaller']} change it too`}
          value={settings.fontSizePx}
          min={smallestFontPx}
          max={largestFontPx}
          step={1}
          disabled={away}
          change={(fontSizePx) => change({ fontSizePx })}
        />
        <p className={classes.sample} style={{ fontSize: settings.fontSizePx }} aria-hidden="true">
          =&gt; version{'\n'}U-Boot 2026.01 (0O 1lI)
        </p>
        <NumberRow
          label="Scrollback"
          hint="Lines each terminal keeps. The recording keeps everything"
          value={settings.scrollbackLines}
          min={100}
          max={100_000}
          step={1000}
          disabled={away}
          change={(scrollbackLines) => change({ scrollbackLines })}
        />
        <ScreenReaderRow />
      </Pane>
      <Pane title="Power">
        <Switch
          label="Ask before power goes off"
          description="For boards someone else may be typing to"
          checked={settings.confirmPowerOff}
          disabled={away}
          onChange={(event) => change({ confirmPowerOff: event.currentTarget.checked })}
        />
        <NumberRow
          label="Between two boards of a group, ms"
          hint="When many are switched on together: supplies and hubs dislike them all at once"
          value={settings.powerStaggerMs}
          min={0}
          max={60_000}
          step={100}
          disabled={away}
          change={(powerStaggerMs) => change({ powerStaggerMs })}
        />
      </Pane>
      <RecordingsPane
        retention={settings.retention}
        disabled={away}
        change={(retention) => change({ retention })}
      />
    </>
  );
}

function ThemeRow({
  theme,
  disabled,
  change,
}: {
  theme: Settings['theme'];
  disabled: boolean;
  change: FormProps['change'];
}) {
  const labelId = useId();
  return (
    <div className={classes.row}>
      <span id={labelId}>Theme</span>
      <SegmentedControl
        aria-labelledby={labelId}
        value={theme}
        disabled={disabled}
        onChange={(value) => change({ theme: value as Settings['theme'] })}
        data={[
          { value: 'system', label: 'System' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
    </div>
  );
}

interface NumberProps {
  readonly label: string;
  readonly hint: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly disabled: boolean;
  readonly change: (value: number) => void;
}

function NumberRow({ label, hint, value, min, max, step, disabled, change }: NumberProps) {
  return (
    <NumberInput
      className={classes.number ?? ''}
      label={label}
      description={hint}
      value={value}
      min={min}
      max={max}
      step={step}
      allowDecimal={false}
      clampBehavior="blur"
      disabled={disabled}
      onChange={(next) => {
        // While it is typed a number may be out of range for a moment: that is not sent.
        if (typeof next === 'number' && next >= min && next <= max && next !== value) change(next);
      }}
    />
  );
}

function ScreenReaderRow() {
  const { view } = useLab();
  const on = useView((state) => state.screenReaderMode);
  return (
    <Switch
      label="Screen reader support in terminals"
      description="Reads out what boards print. Kept on this computer only"
      checked={on}
      onChange={(event) => view.setScreenReaderMode(event.currentTarget.checked)}
    />
  );
}
