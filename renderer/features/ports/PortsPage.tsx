import { Cable, Plus } from 'lucide-react';
import type { Port } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { portTitle } from './describePort.ts';
import { PortAccess, PortFacts } from './PortFacts.tsx';
import classes from './PortsPage.module.css';

/** Every serial port the kernel shows, as they come and go. */
export function PortsPage() {
  const ports = useBench((state) => state.ports);
  if (ports === null) {
    return <main className={classes.page} aria-busy="true" aria-label="Loading the serial ports" />;
  }
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <h1>Serial ports</h1>
        <p>
          {ports.length === 0
            ? 'None plugged in'
            : `${countOf(ports.length, 'port')} the kernel shows now. Plug one in and it appears here.`}
        </p>
      </header>
      {ports.length === 0 ? (
        <EmptyState icon={<Cable size={24} />} title="No serial port is plugged in">
          <p>Plug in a USB serial adapter or a board with a USB console: it appears here by itself.</p>
        </EmptyState>
      ) : (
        <ul className={classes.ports}>
          {ports.map((port) => (
            <PortCard key={port.portId} port={port} />
          ))}
        </ul>
      )}
    </main>
  );
}

function PortCard({ port }: { port: Port }) {
  const { view } = useLab();
  return (
    <li className={classes.card} data-testid={`port-${port.portId}`}>
      <div className={classes.cardHead}>
        <h2>{portTitle(port)}</h2>
        {port.boundTo === null ? (
          <button
            type="button"
            className="button"
            onClick={() => view.show({ kind: 'add-board', portId: port.portId })}
            aria-label={`Add board from ${portTitle(port)} on ${port.device}`}
          >
            <Plus size={13} aria-hidden />
            Add board
          </button>
        ) : (
          <Bound boardId={port.boundTo.boardId} role={port.boundTo.role} />
        )}
      </div>
      <PortFacts port={port} />
      <PortAccess port={port} />
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
