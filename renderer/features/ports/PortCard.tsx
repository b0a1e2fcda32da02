import { CopyX, MapPin, Plus } from 'lucide-react';
import type { Port } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { portTitle } from './describePort.ts';
import chip from './LooksChip.module.css';
import { LooksChip } from './LooksChip.tsx';
import { PortAccess, PortFacts } from './PortFacts.tsx';
import classes from './PortsPage.module.css';

/** One port: where it is plugged, what it looks like, and whose it is. */
export function PortCard({ port }: { port: Port }) {
  const { view } = useLab();
  const title = portTitle(port);
  const isConsole = port.looksLike?.kind === 'console';
  return (
    <li className={classes.card} data-testid={`port-${port.portId}`}>
      <div className={classes.cardHead}>
        <h3>{title}</h3>
        {port.boundTo === null ? (
          <button
            type="button"
            className="button"
            onClick={() => view.show({ kind: 'add-board', portId: port.portId })}
            aria-label={`${isConsole ? 'Make a board of' : 'Add board from'} ${title} on ${port.device}`}
          >
            <Plus size={13} aria-hidden />
            {isConsole ? 'Make a board' : 'Add board'}
          </button>
        ) : (
          <Bound boardId={port.boundTo.boardId} role={port.boundTo.role} />
        )}
      </div>
      <div className={classes.about}>
        {port.plugged === null ? null : (
          <span className={classes.place} data-testid="port-place">
            <MapPin size={12} aria-hidden />
            {port.plugged}
          </span>
        )}
        {port.looksLike === null ? null : <LooksChip looks={port.looksLike} />}
        {port.sharedSerial ? (
          <span className={chip.chip} data-tone="unknown">
            <CopyX size={12} strokeWidth={1.9} aria-hidden />
            same serial number as another
          </span>
        ) : null}
      </div>
      {port.sharedSerial ? (
        <p className={classes.clone}>Keep it in its socket: only that tells it from the other.</p>
      ) : null}
      <PortFacts port={port} />
      <PortAccess port={port} />
      {port.access.ok ? null : (
        <button type="button" className={classes.doctor} onClick={() => view.go({ page: 'doctor' })}>
          Let the doctor mend it
        </button>
      )}
    </li>
  );
}

function Bound({ boardId, role }: { boardId: string; role: string }) {
  const { view } = useLab();
  return (
    <button type="button" className={classes.bound} onClick={() => view.selectBoard(boardId)}>
      {boardId} <span>{role}</span>
    </button>
  );
}
