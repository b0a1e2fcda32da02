import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useBench, useLab } from '../../app/labContext.tsx';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { copyText } from '../../ui/copyText.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { leaseStanding } from './leaseWords.ts';
import classes from './TerminalNotes.module.css';
import { TerminalWork } from './TerminalWork.tsx';
import type { TerminalSession } from './terminalSession.ts';
import { typingPlace } from './typingControl.ts';

/** At the terminal's edge: what could not be typed, what is being sent, a stream that ended, a link. */
export function TerminalNotes({ session }: { session: TerminalSession }) {
  const { actions } = useLab();
  const { problem, ended, link } = useStore(session.note);
  const place = typingPlace(session.consoleId);
  const failed = useStore(actions.store, (state) => state.problems[place] ?? null);
  return (
    <div className={classes.notes}>
      {link === null ? null : <LinkNote link={link} onClose={() => session.dismissLink()} />}
      <ProblemLine problem={ended}>
        <button type="button" className="button" onClick={() => session.reopen()}>
          Show again
        </button>
      </ProblemLine>
      <TerminalWork consoleId={session.consoleId} />
      <Refusal
        consoleId={session.consoleId}
        problem={problem ?? failed}
        onDismiss={() => {
          session.dismissProblem();
          actions.dismiss(place);
        }}
      />
    </div>
  );
}

interface RefusalProps {
  readonly consoleId: string;
  readonly problem: LabProblem | null;
  readonly onDismiss: () => void;
}

/** What did not get through, and where somebody else has the console, the two ways to it. */
function Refusal({ consoleId, problem, onDismiss }: RefusalProps) {
  const { leases, view } = useLab();
  const info = useBench((state) => state.consoles[consoleId]);
  const me = useBench((state) => state.me);
  const leased = problem?.code === 'LEASED';
  const theirs = info !== undefined && leaseStanding(info.lease, me) === 'theirs';
  const over = leased && info !== undefined && !theirs;
  // Once the console is free or ours, that it was not is no longer worth a line.
  useEffect(() => {
    if (over) onDismiss();
  });
  if (!leased || info === undefined) return <ProblemLine problem={problem} onDismiss={onDismiss} />;
  const asked = info.lease?.asks.some((ask) => ask.client.clientId === me?.clientId) === true;
  return (
    <ProblemLine problem={over ? null : problem} onDismiss={onDismiss}>
      <button
        type="button"
        className="button"
        aria-disabled={asked}
        onClick={() => (asked ? undefined : void leases.ask(info.consoleId))}
      >
        {asked ? 'Asked' : 'Ask'}
      </button>
      <button type="button" className="button" onClick={() => view.show({ kind: 'take-over', consoleId })}>
        Take over…
      </button>
    </ProblemLine>
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
