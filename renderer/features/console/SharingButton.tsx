import '../../ui/widgets.css';
import { Popover } from '@mantine/core';
import { Share2 } from 'lucide-react';
import { useState } from 'react';
import type { ConsoleInfo } from '../../../main/contract/index.ts';
import { countOf } from '../../lib/format/format.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import leaseClasses from './LeaseEdge.module.css';
import { SharingPanel } from './SharingPanel.tsx';
import { openDoors } from './sharingPlan.ts';

/** Says which doors are open and who came in; opens the panel to change that. */
export function SharingButton({ info }: { info: ConsoleInfo }) {
  const [open, setOpen] = useState(false);
  const { sharing } = info;
  const doors = openDoors(sharing);
  const clients = sharing.clients.length;
  const word = doors === '' ? 'Share' : clients === 0 ? 'Shared' : countOf(clients, 'client');
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="top-end"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <button
          type="button"
          className={leaseClasses.button}
          data-testid="sharing"
          title={sharing.problem ?? (doors === '' ? undefined : `Open: ${doors}`)}
          onClick={() => setOpen(!open)}
        >
          {sharing.problem === null ? (
            <Share2 size={12} strokeWidth={2} aria-hidden />
          ) : (
            <StateShape tone="bad" sizePx={10} />
          )}
          {sharing.problem === null ? word : 'A door can’t open'}
        </button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Sharing">
        {open ? <SharingPanel info={info} /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}
