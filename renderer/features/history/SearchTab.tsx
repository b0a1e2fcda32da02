import { CaseSensitive, Regex, SearchX, Square } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { SearchMatch } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { countOf, formatBytes } from '../../lib/format/format.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList.tsx';
import { MatchRow, matchId } from './MatchRow.tsx';
import classes from './SearchTab.module.css';
import { SearchRun, type SearchState, type SearchWish, searchOf } from './searchRun.ts';

const rowHeightPx = 42;
/** Typing on changes the wish: it is not asked for at every key. */
const settleMs = 200;

/** Search over everything a console ever printed; what is found comes while it is searched. */
export function SearchTab({ consoleId, shown }: { consoleId: string; shown: boolean }) {
  const { connection, history } = useLab();
  const [run] = useState(
    () =>
      new SearchRun(
        searchOf(consoleId, async (input, options) => connection.client().search.run(input, options)),
      ),
  );
  const state = useStore(run.store);
  const [wish, setWish] = useState<SearchWish>({ text: '', regex: false, caseSensitive: false });
  const [chosen, setChosen] = useState(-1);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<VirtualListHandle>(null);

  useEffect(() => {
    if (shown) field.current?.focus();
  }, [shown]);
  useEffect(() => () => run.dispose(), [run]);
  useEffect(() => {
    const timer = setTimeout(() => {
      setChosen(-1);
      void run.search(wish);
    }, settleMs);
    return () => clearTimeout(timer);
  }, [run, wish]);

  const go = (index: number) => {
    const match = state.matches[index];
    if (match === undefined) return;
    setChosen(index);
    list.current?.reveal(index);
    history.jump(consoleId, { offset: match.offset, bytes: match.bytes, atMs: match.atMs });
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      go(Math.min(state.matches.length - 1, Math.max(0, chosen + step)));
    }
    if (event.key === 'Enter') go(Math.max(0, chosen));
    if (event.key === 'Escape' && state.phase === 'running') run.stop();
  };
  return (
    <search className={classes.search} hidden={!shown}>
      <div className={classes.field}>
        <input
          ref={field}
          aria-label="Search all it ever printed"
          aria-invalid={state.phase === 'failed'}
          placeholder={wish.regex ? 'Regular expression' : 'Search all it ever printed'}
          value={wish.text}
          spellCheck={false}
          onKeyDown={onKey}
          onChange={(event) => setWish({ ...wish, text: event.currentTarget.value })}
          data-testid="search-all"
        />
        <IconButton
          label="Match case"
          pressed={wish.caseSensitive}
          onClick={() => setWish({ ...wish, caseSensitive: !wish.caseSensitive })}
        >
          <CaseSensitive size={17} aria-hidden />
        </IconButton>
        <IconButton
          label="Regular expression"
          pressed={wish.regex}
          onClick={() => setWish({ ...wish, regex: !wish.regex })}
        >
          <Regex size={15} aria-hidden />
        </IconButton>
      </div>
      <div className={classes.problem}>
        <ProblemLine problem={state.problem} />
      </div>
      <Progress state={state} stop={() => run.stop()} />
      {state.matches.length === 0 ? (
        <Nothing state={state} />
      ) : (
        <VirtualList
          label="Found lines"
          choosable
          count={state.matches.length}
          rowHeightPx={rowHeightPx}
          rowKey={(index) => state.matches[index]?.offset ?? index}
          activeId={chosen < 0 ? undefined : matchId(chosen)}
          handle={list}
          onKeyDown={onKey}
          testId="search-matches"
          row={(index) => row(state.matches[index], index)}
        />
      )}
    </search>
  );

  function row(match: SearchMatch | undefined, index: number) {
    if (match === undefined) return null;
    return <MatchRow match={match} index={index} chosen={index === chosen} onChoose={go} />;
  }
}

function Progress({ state, stop }: { state: SearchState; stop: () => void }) {
  if (state.phase === 'idle' || (state.phase === 'failed' && state.matches.length === 0)) return null;
  const running = state.phase === 'running';
  const part = state.totalBytes === 0 ? 0 : state.searchedBytes / state.totalBytes;
  const found = countOf(state.matches.length, 'line');
  return (
    <div className={classes.progress}>
      <span role="status" data-testid="search-count" data-phase={state.phase}>
        {running
          ? `${found} so far`
          : `${found}${state.limited ? ', and there may be more' : ''} in ${formatBytes(state.searchedBytes)}`}
      </span>
      {running ? (
        <>
          <progress className={classes.bar} value={part} aria-label="Searched" />
          <IconButton label="Stop" shortcut="Esc" onClick={stop}>
            <Square size={12} aria-hidden />
          </IconButton>
        </>
      ) : null}
    </div>
  );
}

function Nothing({ state }: { state: SearchState }) {
  if (state.phase === 'done') {
    return (
      <EmptyState icon={<SearchX size={18} />} title="Nothing found" level="panel">
        <p>It never printed that, as far as its recording goes.</p>
      </EmptyState>
    );
  }
  if (state.phase !== 'idle') return null;
  return (
    <p className={classes.about}>
      Finds a text or a regular expression in everything this console ever printed, not only in what the
      terminal still holds. Choose a line to go there.
    </p>
  );
}
