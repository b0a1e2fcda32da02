import { Autocomplete, Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useBench, useLab } from '../../app/labContext.tsx';
import { toProblem } from '../../lib/lab/labProblem.ts';
import { errorAtField, errorUnder, type FieldErrors } from '../boards/boardForm.ts';
import { shownName } from '../boards/groupBoards.ts';
import { FoundList } from './FoundList.tsx';
import { SwitchedBy } from './SwitchedBy.tsx';
import classes from './TeachDialog.module.css';
import { checkTeach, type TeachDraft } from './teachDraft.ts';
import { type TeachProps, useFocusFirst } from './teachParts.ts';
import { becomes, holdsAdapter, switcherOf } from './teachPower.ts';
import { headline, ownersOf } from './teachWords.ts';
import { Witness } from './Witness.tsx';

const commonRates = ['9600', '57600', '115200', '460800', '921600', '1500000'];

/** All was pulled that is to be: what it is called, and it is a board. */
export function TeachName({ session, teaching, ask }: TeachProps) {
  const { view, bench } = useLab();
  const boards = useBench((state) => state.boards) ?? [];
  const ports = useBench((state) => state.ports);
  const real = boards.filter(({ virtual }) => virtual === null);
  const first = useFocusFirst<HTMLInputElement>();
  const [draft, setDraft] = useState<TeachDraft>(() => {
    const owners = ownersOf(session.found, bench.getState().ports ?? []);
    return {
      boardId: owners.length === 1 ? (owners[0] ?? null) : null,
      name: session.proposedName,
      displayName: '',
      baudRate: '115200',
      power: null,
      witness: true,
    };
  });
  const [submitted, setSubmitted] = useState(false);
  const [refused, setRefused] = useState<FieldErrors>({});
  const checked = checkTeach(draft, session.found, boards);
  const errors = { ...(submitted && !checked.ok ? checked.errors : {}), ...refused };
  const change = (part: Partial<TeachDraft>) => {
    setDraft({ ...draft, ...part });
    setRefused({});
  };
  const hasConsole = session.found.some(({ role }) => role === 'console');
  const hasSocket = session.found.some(({ role }) => role === 'socket');
  const into = boards.find(({ boardId }) => boardId === draft.boardId) ?? null;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    if (!checked.ok) return;
    await ask('finish', async () => {
      try {
        const board = await teaching.finish(checked.value);
        view.show(null);
        view.selectBoard(board.boardId);
      } catch (error) {
        const atField = errorAtField(toProblem(error));
        const ours = atField !== null && Object.keys(atField).every((field) => field in draft);
        if (!ours) throw error;
        setRefused(atField);
      }
    });
  }

  return (
    <form className={classes.form} onSubmit={(event) => void submit(event)} noValidate>
      <h3 className={classes.ask} data-testid="teach-ask">
        {draft.boardId === null ? headline(session, 'name') : 'Which board is it?'}
      </h3>
      {real.length === 0 ? null : (
        <SegmentedControl
          aria-label="Bind into"
          value={draft.boardId === null ? 'new' : 'old'}
          onChange={(choice) => change({ boardId: choice === 'new' ? null : (real[0]?.boardId ?? null) })}
          data={[
            { value: 'new', label: 'A new board' },
            { value: 'old', label: 'One that exists' },
          ]}
        />
      )}
      <div className={classes.two}>
        {draft.boardId === null ? (
          <>
            <TextInput
              ref={first}
              label="Name"
              description="Its id, for scripts too"
              value={draft.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
              error={errorUnder(errors, 'name')}
              spellCheck={false}
              onFocus={(event) => event.currentTarget.select()}
            />
            <TextInput
              label="Display name"
              description="May stay empty"
              value={draft.displayName}
              onChange={(event) => change({ displayName: event.currentTarget.value })}
              error={errorUnder(errors, 'displayName')}
            />
          </>
        ) : (
          <Select
            label="Board"
            description="It gets what was found, beside what it has"
            data={real.map((board) => ({ value: board.boardId as string, label: shownName(board) }))}
            value={draft.boardId}
            onChange={(boardId) => change({ boardId })}
            error={errorUnder(errors, 'boardId')}
            allowDeselect={false}
            data-testid="teach-board"
          />
        )}
        {hasConsole ? (
          <Autocomplete
            label="Baud rate"
            description="Of new consoles"
            data={commonRates}
            // All rates stay on offer: what stands in the field is a choice, not a search.
            filter={({ options }) => options}
            value={draft.baudRate}
            onChange={(baudRate) => change({ baudRate })}
            error={errorUnder(errors, 'baudRate')}
            inputMode="numeric"
          />
        ) : null}
      </div>
      <SwitchedBy
        found={session.found}
        board={into}
        value={draft.power}
        onChange={(power) => change({ power })}
      />
      <FoundList
        session={session}
        teaching={teaching}
        ask={ask}
        becomes={(found) => becomes(found, session.found, draft, into)}
      />
      {hasSocket && switcherOf(draft.power, session.found, into) !== 'socket' ? (
        <Witness
          value={draft.witness}
          holdsAdapter={holdsAdapter(session.found, ports ?? [])}
          onChange={(witness) => change({ witness })}
        />
      ) : null}
      <div className={classes.foot}>
        <Button
          variant="default"
          onClick={() => void ask('start over', () => teaching.startOver())}
          data-testid="teach-start-over"
        >
          Start over
        </Button>
        <span className={classes.spring} />
        <Button type="submit" data-testid="teach-finish">
          {draft.boardId === null ? 'Make the board' : 'Bind into it'}
        </Button>
      </div>
    </form>
  );
}
