import { Cable } from 'lucide-react';
import type { Port } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { PortCard } from './PortCard.tsx';
import classes from './PortsPage.module.css';

/** The ports nobody has yet, likely consoles first, then those of boards. */
export function PortList({ ports }: { ports: readonly Port[] }) {
  if (ports.length === 0) return <NoPorts />;
  const free = ports.filter(({ boundTo }) => boundTo === null);
  const likely = (port: Port) => Number(port.looksLike?.kind === 'console');
  return (
    <>
      <Group title="Free" ports={free.toSorted((a, b) => likely(b) - likely(a))} />
      <Group title="Of a board" ports={ports.filter(({ boundTo }) => boundTo !== null)} />
    </>
  );
}

function Group({ title, ports }: { title: string; ports: readonly Port[] }) {
  if (ports.length === 0) return null;
  return (
    <section aria-label={`${title}: ${ports.length}`}>
      <h2 className={classes.group}>
        {title} <span className="tabular">{ports.length}</span>
      </h2>
      <ul className={classes.ports}>
        {ports.map((port) => (
          <PortCard key={port.portId} port={port} />
        ))}
      </ul>
    </section>
  );
}

function NoPorts() {
  const { view } = useLab();
  return (
    <EmptyState icon={<Cable size={24} />} title="No serial port is plugged in">
      <p>
        Plug in a USB serial adapter or a board with a USB console: it appears here by itself. Or let Labdeck
        watch while you plug, and learn which cable is whose.
      </p>
      <button
        type="button"
        className="button"
        data-size="large"
        onClick={() => view.show({ kind: 'teach' })}
        data-testid="ports-teach"
      >
        Teach a board…
      </button>
    </EmptyState>
  );
}
