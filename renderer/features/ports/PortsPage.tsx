import { type KeyboardEvent, Suspense } from 'react';
import type { Port } from '../../../main/contract/index.ts';
import { useBench, useLab, useView } from '../../app/labContext.tsx';
import { countOf } from '../../lib/format/format.ts';
import { lazily } from '../../ui/lazily.ts';
import { PortList } from './PortList.tsx';
import classes from './PortsPage.module.css';

const UsbView = lazily(() => import('../usb/UsbView.tsx').then((module) => ({ default: module.UsbView })));

const tabs = [
  { page: 'ports', label: 'Serial ports' },
  { page: 'usb', label: 'USB hubs' },
] as const;

/** What is plugged in: every serial port the kernel shows, and the hubs they hang on. */
export function PortsPage() {
  const { view } = useLab();
  const page = useView((state) => (state.route.page === 'usb' ? 'usb' : 'ports'));
  const ports = useBench((state) => state.ports);
  const onArrow = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    const next = page === 'usb' ? 'ports' : 'usb';
    view.go({ page: next });
    document.getElementById(`plugged-${next}`)?.focus();
  };
  return (
    <main className={classes.page}>
      <header className={classes.head}>
        <h1>{tabs.find((tab) => tab.page === page)?.label}</h1>
        <p>{page === 'usb' ? 'What hangs where. Name a hub as you call it.' : portsLine(ports)}</p>
      </header>
      <div className={classes.tabs} role="tablist" aria-label="What is plugged in" onKeyDown={onArrow}>
        {tabs.map((tab) => (
          <button
            key={tab.page}
            type="button"
            role="tab"
            id={`plugged-${tab.page}`}
            aria-selected={tab.page === page}
            aria-controls="plugged-panel"
            tabIndex={tab.page === page ? 0 : -1}
            className={classes.tab}
            onClick={() => view.go({ page: tab.page })}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div
        className={classes.panel}
        role="tabpanel"
        id="plugged-panel"
        aria-labelledby={`plugged-${page}`}
        aria-busy={ports === null}
      >
        {page === 'usb' ? (
          <Suspense>
            <UsbView />
          </Suspense>
        ) : ports === null ? null : (
          <PortList ports={ports} />
        )}
      </div>
    </main>
  );
}

function portsLine(ports: readonly Port[] | null): string {
  if (ports === null) return 'Looking…';
  return ports.length === 0
    ? 'None plugged in'
    : `${countOf(ports.length, 'port')} the kernel shows now. Plug one in and it appears here.`;
}
