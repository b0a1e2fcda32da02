import '../../../ui/widgets.css';
import { Button, Modal, Switch } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Board, LedLanguage } from '../../../../main/contract/index.ts';
import { defaultLedLanguage } from '../../../../main/contract/ledLanguage.ts';
import { useConnectionPhase, useLab } from '../../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../../ui/ProblemLine.tsx';
import formClasses from '../../boards/BoardForm.module.css';
import { shownName } from '../../boards/groupBoards.ts';
import { LedRules } from './LedRules.tsx';
import { PatternTable } from './PatternTable.tsx';

/** What a board's lights say: how each state looks, and which rules say it. */
export function LedLanguageDialog({ board }: { board: Board }) {
  const { view, boards } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const [language, setLanguage] = useState<LedLanguage>(board.ledLanguage);
  const [submitted, setSubmitted] = useState(false);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const empty = language.rules.some(({ when }) => when.kind === 'stage' && when.stage.trim() === '');
  const change = (part: Partial<LedLanguage>) => {
    setLanguage({ ...language, ...part });
    setProblem(null);
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (empty || busy || away) return;
    setBusy(true);
    try {
      await boards.update(board.boardId, { ledLanguage: language });
      view.show(null);
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={() => view.show(null)}
      title={`What the LEDs of ${shownName(board)} say`}
      size={640}
      data-testid="led-language"
    >
      <form className={formClasses.form} onSubmit={(event) => void save(event)} noValidate>
        <Switch
          label="The LEDs say how the board is"
          description="Off: they are switched by hand alone"
          checked={language.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
        <fieldset className={formClasses.group}>
          <legend>States</legend>
          <PatternTable board={board} language={language} onChange={(patterns) => change({ patterns })} />
        </fieldset>
        <fieldset className={formClasses.group}>
          <legend>Rules</legend>
          <p className={formClasses.hint}>Of those that hold, the last one decides.</p>
          <LedRules
            rules={language.rules}
            showErrors={submitted}
            onChange={(rules) => change({ rules: [...rules] })}
          />
        </fieldset>
        <ProblemLine problem={problem} />
        <div className={formClasses.foot}>
          <Button
            variant="subtle"
            onClick={() => change({ patterns: defaultLedLanguage.patterns, rules: defaultLedLanguage.rules })}
          >
            As at first
          </Button>
          <span className={formClasses.spring} />
          <Button variant="default" onClick={() => view.show(null)}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={away} data-testid="save-led-language">
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}
