import { Button } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Instance } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { type LabProblem, toProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { CopyLine } from '../console/CopyLine.tsx';
import type { FreshPassword } from './instancesControl.ts';
import classes from './ReadyCard.module.css';

/** A password that was made, put forward this one time, and the way in. */
export function ReadyCard({ instance, which }: { instance: Instance; which: FreshPassword }) {
  const { connection, instances } = useLab();
  const [login, setLogin] = useState<{ username: string; password: string } | null>(null);
  const [problem, setProblem] = useState<LabProblem | null>(null);
  const { key, name } = instance;
  useEffect(() => {
    let gone = false;
    const ask = async () => {
      const answer = await connection.client().instances.credentials({ name });
      if (!gone) setLogin(answer);
    };
    ask().catch((error) => (gone ? undefined : setProblem(toProblem(error))));
    return () => {
      gone = true;
    };
  }, [connection, name]);
  // Whoever goes elsewhere has seen it.
  useEffect(() => () => (login === null ? undefined : instances.seen(key)), [instances, key, login]);
  return (
    <section className={classes.card} aria-label="Ready" data-testid="ready">
      <div className={classes.head}>
        <StateShape tone="on" sizePx={13} />
        <h2 role="status">{which === 'first' ? `${name} is ready` : `${name} has a new password`}</h2>
      </div>
      <ProblemLine problem={problem} />
      {login === null ? null : (
        <div className={classes.login}>
          <p>
            Log in as <strong data-selectable>{login.username}</strong> with this password. Labdeck keeps it
            safely; the overview shows it when you ask.
          </p>
          <CopyLine text={login.password} />
        </div>
      )}
      <div className={classes.hands}>
        <Button
          size="md"
          rightSection={<ExternalLink size={15} aria-hidden />}
          onClick={() => void instances.open(instance)}
          data-testid="open-ready"
        >
          Open {name}
        </Button>
        <Button variant="default" size="md" onClick={() => instances.seen(key)}>
          Got it
        </Button>
      </div>
    </section>
  );
}
