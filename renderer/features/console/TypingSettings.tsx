import '../../ui/widgets.css';
import { NumberInput, Popover, SegmentedControl, Switch } from '@mantine/core';
import { Keyboard } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useStore } from 'zustand';
import type { Board, ConsoleInfo, TypingStyle } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './TypingSettings.module.css';
import { typingPlace } from './typingControl.ts';
import { plainTypingStyle } from './typingHost.ts';

/** How this console is typed to: kept with the board, the same in every window. */
export function TypingSettings({ board, info }: { board: Board; info: ConsoleInfo }) {
  const { typing, actions } = useLab();
  const [open, setOpen] = useState(false);
  const away = useConnectionPhase() !== 'connected';
  const problem = useStore(actions.store, (state) => state.problems[typingPlace(info.consoleId)] ?? null);
  const style = board.typing[info.name] ?? plainTypingStyle;
  const endingId = useId();
  const set = (part: Partial<TypingStyle>) => void typing.setStyle(info.consoleId, part);
  const toggle = (field: 'localEcho' | 'waitForEcho' | 'bracketedPaste', label: string, about: string) => (
    <Switch
      label={label}
      description={about}
      checked={style[field]}
      disabled={away}
      onChange={(event) => set({ [field]: event.currentTarget.checked })}
    />
  );
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="icon-button"
          aria-label="Typing settings"
          data-tip={open ? undefined : 'Typing settings'}
          data-testid="typing-settings"
          onClick={() => setOpen(!open)}
        >
          <Keyboard size={16} strokeWidth={1.8} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.panel} aria-label="Typing settings">
        <div>
          <span id={endingId}>Enter sends</span>
          <SegmentedControl
            fullWidth
            size="xs"
            aria-labelledby={endingId}
            value={style.lineEnding}
            disabled={away}
            onChange={(lineEnding) => set({ lineEnding: lineEnding as TypingStyle['lineEnding'] })}
            data={[
              { value: 'cr', label: 'CR' },
              { value: 'lf', label: 'LF' },
              { value: 'crlf', label: 'CR LF' },
            ]}
          />
        </div>
        {toggle('localEcho', 'Local echo', 'Shows what you type, for a board that does not')}
        <h2>Pasting</h2>
        <div className={classes.two}>
          <Delay
            label="Per character"
            value={style.charDelayMs}
            most={1000}
            disabled={away}
            onChange={(charDelayMs) => set({ charDelayMs })}
          />
          <Delay
            label="Per line"
            value={style.lineDelayMs}
            most={60_000}
            disabled={away}
            onChange={(lineDelayMs) => set({ lineDelayMs })}
          />
        </div>
        {toggle('waitForEcho', 'Wait for echo', 'The next line waits until the board has echoed the last')}
        {toggle('bracketedPaste', 'Bracketed paste', 'Where the board has asked for it')}
        <ProblemLine problem={problem} onDismiss={() => actions.dismiss(typingPlace(info.consoleId))} />
      </Popover.Dropdown>
    </Popover>
  );
}

interface DelayProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly disabled: boolean;
  readonly onChange: (ms: number) => void;
}

/** Sent once one is done with it: each digit on the way would be a setting of its own. */
function Delay({ label, value, most, disabled, onChange }: DelayProps) {
  const [text, setText] = useState<number | string>(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (typeof text === 'number' && text !== value) onChange(Math.round(text));
    else if (typeof text !== 'number') setText(value);
  };
  return (
    <NumberInput
      label={label}
      suffix=" ms"
      min={0}
      max={most}
      clampBehavior="strict"
      value={text}
      disabled={disabled}
      onChange={setText}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
