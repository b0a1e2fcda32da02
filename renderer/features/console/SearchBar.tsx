import { ArrowDown, ArrowUp, History, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { keys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import classes from './SearchBar.module.css';
import type { TerminalSession } from './terminalSession.ts';

/** Find in what the terminal still holds. Enter goes back in time, as one searches a log. */
export function SearchBar({ session }: { session: TerminalSession }) {
  const { view, history } = useLab();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [found, setFound] = useState(true);

  useEffect(() => {
    field.current?.focus();
    return () => session.endFind();
  }, [session]);

  const find = (direction: 'next' | 'previous', query = text, typing = false) => {
    setFound(query === '' || session.find(query, direction, typing));
  };
  const close = () => {
    view.set({ searchOpen: false });
    session.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    if (event.key === 'Enter') find(event.shiftKey ? 'next' : 'previous');
  };
  return (
    <search className={classes.bar}>
      <input
        ref={field}
        className={classes.field}
        aria-label="Find in the terminal"
        aria-invalid={!found}
        placeholder="Find in the terminal"
        value={text}
        spellCheck={false}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.currentTarget.value);
          find('previous', event.currentTarget.value, true);
        }}
      />
      <span className={classes.result} role="status">
        {found ? '' : 'Nothing found'}
      </span>
      <IconButton label="Previous" shortcut="Enter" onClick={() => find('previous')}>
        <ArrowUp size={15} aria-hidden />
      </IconButton>
      <IconButton label="Next" shortcut="Shift+Enter" onClick={() => find('next')}>
        <ArrowDown size={15} aria-hidden />
      </IconButton>
      <button
        type="button"
        className="button"
        data-tip={keys['history.search']}
        onClick={() => {
          view.set({ searchOpen: false });
          history.show('search');
        }}
      >
        <History size={13} aria-hidden />
        Search all it ever printed
      </button>
      <IconButton label="Close" shortcut="Esc" onClick={close}>
        <X size={15} aria-hidden />
      </IconButton>
    </search>
  );
}
