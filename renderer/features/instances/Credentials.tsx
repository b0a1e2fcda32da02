import { useEffect, useState } from 'react';
import type { Instance } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { copyText } from '../../ui/copyText.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { allowed } from './instanceWords.ts';
import classes from './OverviewTab.module.css';

interface Login {
  readonly username: string;
  readonly password: string;
}

const copiedShownMs = 1600;

/** Who may log in. The password is asked of the core only when somebody wants it, and forgotten again. */
export function Credentials({ instance }: { instance: Instance }) {
  const { connection, view } = useLab();
  const away = useConnectionPhase() !== 'connected';
  const [shown, setShown] = useState<Login | null>(null);
  const [copied, setCopied] = useState(false);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const { name } = instance;
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedShownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const withLogin = async (then: (login: Login) => unknown) => {
    setProblem(null);
    try {
      await then(await connection.client().instances.credentials({ name }));
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return (
    <>
      <dl className={classes.login}>
        <dt>User</dt>
        <dd data-selectable>{shown?.username ?? 'the admin'}</dd>
        <dt>Password</dt>
        <dd>
          <code data-testid="password" data-selectable>
            {shown?.password ?? '••••••••••••'}
          </code>
        </dd>
      </dl>
      <ProblemLine problem={problem} onDismiss={() => setProblem(null)} />
      <div className={classes.hands}>
        <button
          type="button"
          className="button"
          aria-disabled={away}
          aria-pressed={shown !== null}
          onClick={() => {
            if (shown !== null) setShown(null);
            else if (!away) void withLogin(setShown);
          }}
        >
          {shown === null ? 'Show' : 'Hide'}
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={away}
          onClick={() =>
            away ? undefined : void withLogin(async ({ password }) => setCopied(await copyText(password)))
          }
        >
          {copied ? 'Copied' : 'Copy password'}
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={away || !allowed(instance).open}
          onClick={() => {
            if (away || !allowed(instance).open) return;
            setShown(null);
            view.show({ kind: 'new-password', name });
          }}
        >
          New password…
        </button>
      </div>
    </>
  );
}
