import { Switch, TextInput } from '@mantine/core';
import { ChevronDown, ChevronUp, RefreshCw } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Instance, InstancePart } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { Choice } from './Choice.tsx';
import { countMatches, findInText } from './findText.ts';
import { partTitle } from './instanceWords.ts';
import classes from './LogsTab.module.css';
import { useLog } from './useLog.ts';

const shownParts = ['server', 'worker', 'scheduler', 'publisher', 'database', 'container'] as const;

/** The end of what each part has logged, kept up to date while it is looked at. */
export function LogsTab({ instance }: { instance: Instance }) {
  const { connection } = useLab();
  const [part, setPart] = useState<InstancePart | 'container'>('server');
  const [follow, setFollow] = useState(true);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const { text, problem, refresh } = useLog(connection, instance.name, part, follow);
  const found = useMemo(() => findInText(text ?? '', query), [text, query]);
  const count = countMatches(found);
  const current = count === 0 ? 0 : ((at % count) + count) % count;
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') setAt(current + (event.shiftKey ? -1 : 1));
    else if (event.key === 'Escape') setQuery('');
    else return;
    event.preventDefault();
  };
  return (
    <div className={classes.logs} data-testid="logs">
      <div className={classes.bar}>
        <Choice
          label="Part"
          labelHidden
          value={part}
          options={shownParts.map((value) => ({ value, label: partTitle[value] }))}
          onChange={setPart}
        />
        <span className={classes.spring} />
        <TextInput
          size="xs"
          className={classes.find ?? ''}
          aria-label="Find in this log"
          placeholder="Find"
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
          spellCheck={false}
        />
        <span className={`${classes.count} tabular`} role="status">
          {query === '' ? '' : count === 0 ? 'nothing found' : `${current + 1} of ${count}`}
        </span>
        <IconButton label="Previous" onClick={() => setAt(current - 1)}>
          <ChevronUp size={15} aria-hidden />
        </IconButton>
        <IconButton label="Next" onClick={() => setAt(current + 1)}>
          <ChevronDown size={15} aria-hidden />
        </IconButton>
        <Switch
          size="xs"
          label="Follow"
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <IconButton label="Read it anew" onClick={refresh}>
          <RefreshCw size={14} aria-hidden />
        </IconButton>
      </div>
      <ProblemLine problem={problem} />
      <LogText key={part} found={found} current={query === '' ? null : current} loaded={text !== null} />
    </div>
  );
}

interface TextProps {
  readonly found: ReturnType<typeof findInText>;
  readonly current: number | null;
  readonly loaded: boolean;
}

function LogText({ found, current, loaded }: TextProps) {
  const box = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  // Who reads the end goes on reading the end, unless something is looked for.
  useLayoutEffect(() => {
    if (current === null && atEnd.current) box.current?.scrollTo(0, box.current.scrollHeight);
  });
  useEffect(() => {
    if (current !== null)
      box.current?.querySelector(`[data-match="${current}"]`)?.scrollIntoView({ block: 'center' });
  }, [current]);
  const empty = found.every(({ text }) => text === '');
  return (
    <pre
      ref={box}
      className={classes.text}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Log"
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        atEnd.current = scrollTop + clientHeight > scrollHeight - 24;
      }}
      data-selectable
      data-testid="log-text"
    >
      {empty ? (loaded ? 'Nothing logged yet.' : 'Asking for the log…') : null}
      {found.map(({ text, match }, index) =>
        match === null ? (
          text
        ) : (
          // The stretches of one text have no other name than their place in it.
          // biome-ignore lint/suspicious/noArrayIndexKey: as said
          <mark key={index} data-match={match} data-current={match === current}>
            {text}
          </mark>
        ),
      )}
    </pre>
  );
}
