import { Switch } from '@mantine/core';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { ConsoleInfo, Sharing } from '../../../main/contract/index.ts';
import { useConnectionPhase, useLab } from '../../app/labContext.tsx';
import type { LabProblem } from '../../lib/lab/labProblem.ts';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { CopyLine } from './CopyLine.tsx';
import { NetworkDoorFields } from './NetworkDoorFields.tsx';
import classes from './SharingPanel.module.css';
import { sharingPlace } from './sharingControl.ts';
import { doorCommands } from './sharingPlan.ts';

/** Each door on its own: open or closed, who may type, and the command that comes in through it. */
export function SharingPanel({ info }: { info: ConsoleInfo }) {
  const { sharing: control, actions } = useLab();
  const { consoleId, sharing } = info;
  const place = sharingPlace(consoleId);
  const [refused, setRefused] = useState<LabProblem | null>(null);
  const failed = useStore(actions.store, (state) => state.problems[place] ?? null);
  const pending = useStore(actions.store, (state) => place in state.pending);
  const blocked = useConnectionPhase() !== 'connected' || pending;
  const change = (part: Partial<Sharing>) => setRefused(control.change(consoleId, sharing, part));
  const { unix } = sharing;
  return (
    <div className={classes.panel} data-testid="sharing-panel">
      <h2>Share this console</h2>
      <p className={classes.hint}>
        Everybody sees what the board prints. Who types has the console, as in this window.
      </p>
      {sharing.problem === null ? null : (
        <ProblemLine problem={{ code: 'CONFLICT', message: sharing.problem, hint: null, field: null }} />
      )}
      <section className={classes.door}>
        <Switch
          label="Unix socket"
          description="Raw bytes, for this user only"
          checked={unix !== null}
          disabled={blocked}
          onChange={(event) => change({ unix: event.currentTarget.checked ? { readOnly: false } : null })}
        />
        {unix === null ? null : (
          <>
            {doorCommands(sharing, 'unix').map((command) => (
              <CopyLine key={command} text={command} />
            ))}
            <Switch
              size="xs"
              label="Read-only"
              checked={unix.readOnly}
              disabled={blocked}
              onChange={(event) => change({ unix: { readOnly: event.currentTarget.checked } })}
            />
          </>
        )}
      </section>
      <NetworkDoorFields
        door="telnet"
        title="Telnet"
        about="With RFC 2217: telnet, pySerial, labgrid"
        info={info}
        blocked={blocked}
        change={(telnet) => change({ telnet })}
      />
      <NetworkDoorFields
        door="tcp"
        title="Raw TCP"
        about="Bytes as they are: nc, socat"
        info={info}
        blocked={blocked}
        change={(tcp) => change({ tcp })}
      />
      <ProblemLine
        problem={refused ?? failed}
        onDismiss={() => {
          setRefused(null);
          actions.dismiss(place);
        }}
      />
      {sharing.clients.length === 0 ? null : (
        <section className={classes.door} aria-label="Connected">
          <h3>Connected</h3>
          <ul className={classes.clients}>
            {sharing.clients.map((client) => (
              <li key={client.clientId}>
                <code data-selectable>{client.who}</code>
                {client.readOnly ? <span> reads only</span> : null}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
