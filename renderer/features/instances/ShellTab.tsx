import { SquareTerminal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Instance, ShellKind } from '../../../main/contract/index.ts';
import { keys } from '../../app/commands/keys.ts';
import { useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { Choice } from './Choice.tsx';
import { allowed } from './instanceWords.ts';
import classes from './ShellTab.module.css';
import type { ShellSession } from './shellSession.ts';
import { shellIdOf } from './shellSessions.ts';

const kinds: readonly { readonly value: ShellKind; readonly label: string }[] = [
  { value: 'manage', label: 'LAVA shell' },
  { value: 'container', label: 'Container shell' },
];

const about: Readonly<Record<ShellKind, string>> = {
  manage: 'Python with LAVA’s own models.',
  container: 'A shell as root of its container.',
};

/** A terminal inside the instance. Both shells stay while one looks elsewhere. */
export function ShellTab({ instance }: { instance: Instance }) {
  const [kind, setKind] = useState<ShellKind>('manage');
  const [times, setTimes] = useState(0);
  const { shells } = useLab();
  const id = shellIdOf(instance.key, kind);
  const again = () => {
    shells.end(id);
    setTimes(times + 1);
  };
  const up = allowed(instance).shell;
  return (
    <div className={classes.tab} data-testid="shell">
      <div className={classes.bar}>
        <Choice label="Shell" labelHidden value={kind} options={kinds} onChange={setKind} />
        <p className={classes.about}>
          {about[kind]} {keys['view.boards']} leaves it.
        </p>
      </div>
      {up || shells.peek(id) !== null ? (
        <Screen key={`${id} ${times}`} instance={instance} kind={kind} again={again} />
      ) : (
        <EmptyState icon={<SquareTerminal size={24} />} title="It does not run">
          <p>Start it to open a shell in it.</p>
        </EmptyState>
      )}
    </div>
  );
}

interface ScreenProps {
  readonly instance: Instance;
  readonly kind: ShellKind;
  readonly again: () => void;
}

function Screen({ instance, kind, again }: ScreenProps) {
  const { shells } = useLab();
  const holder = useRef<HTMLDivElement>(null);
  const [session, setSession] = useState<ShellSession | null>(null);
  const { key } = instance;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key names the instance; its state changes all the time
  useEffect(() => {
    let gone = false;
    let mounted: ShellSession | null = null;
    void shells.open(instance, kind).then((opened) => {
      if (gone || holder.current === null) return;
      mounted = opened;
      opened.mount(holder.current);
      opened.focus();
      setSession(opened);
    });
    return () => {
      gone = true;
      mounted?.unmount();
    };
  }, [shells, key, kind]);
  return (
    <>
      <div className={classes.screen}>
        <div ref={holder} className={classes.holder} />
      </div>
      {session === null ? null : <Note session={session} again={again} />}
    </>
  );
}

function Note({ session, again }: { session: ShellSession; again: () => void }) {
  const { phase, exitCode, problem } = useStore(session.note);
  return (
    <div className={classes.note}>
      <ProblemLine problem={problem} onDismiss={() => session.note.setState({ problem: null })} />
      <p role="status">
        {phase === 'opening' ? 'Opening the shell…' : null}
        {phase === 'ended'
          ? exitCode === null
            ? 'The shell has ended.'
            : `The shell has ended (${exitCode}).`
          : null}
      </p>
      {phase === 'ended' ? (
        <button type="button" className="button" onClick={again}>
          Open again
        </button>
      ) : null}
    </div>
  );
}
