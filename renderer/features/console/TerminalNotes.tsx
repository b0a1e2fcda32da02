import { useState } from 'react';
import { useStore } from 'zustand';
import { copyText } from '../../ui/copyText.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import classes from './TerminalNotes.module.css';
import type { TerminalSession } from './terminalSession.ts';

/** At the terminal's edge: what could not be typed, a stream that ended, a link someone pointed at. */
export function TerminalNotes({ session }: { session: TerminalSession }) {
  const { problem, ended, link } = useStore(session.note);
  return (
    <div className={classes.notes}>
      {link === null ? null : <LinkNote link={link} onClose={() => session.dismissLink()} />}
      <ProblemLine problem={ended}>
        <button type="button" className="button" onClick={() => session.reopen()}>
          Show again
        </button>
      </ProblemLine>
      <ProblemLine problem={problem} onDismiss={() => session.dismissProblem()} />
    </div>
  );
}

function LinkNote({ link, onClose }: { link: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const inBrowser = window.labdeckShell === undefined;
  return (
    <fieldset className={classes.link} aria-label="Link in the output">
      <code data-selectable>{link}</code>
      <button
        type="button"
        className="button"
        onClick={() => void copyText(link).then((done) => setCopied(done))}
      >
        {copied ? 'Copied' : 'Copy'}
      </button>
      {inBrowser ? (
        <a className="button" href={link} target="_blank" rel="noopener noreferrer">
          Open
        </a>
      ) : null}
      <button type="button" className="button" onClick={onClose}>
        Close
      </button>
    </fieldset>
  );
}
