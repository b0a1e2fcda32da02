import { Pencil } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { UsbHub } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { InlineField } from '../../ui/InlineField.tsx';
import classes from './UsbView.module.css';

/** What the user calls the hub, edited where it stands; an empty name forgets it. */
export function HubName({ hub, headId }: { hub: UsbHub; headId: string }) {
  const { connection } = useLab();
  const [edits, setEdits] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  const save = async (text: string) => {
    const name = text.trim() === '' ? null : text.trim();
    await connection.client().usb.nameHub({ hubId: hub.hubId, name });
    setEdits(false);
    holder.current?.querySelector('button')?.focus();
  };
  useEffect(() => {
    if (edits) holder.current?.querySelector('input')?.focus();
  }, [edits]);
  const ids = [`${hub.vendorId}:${hub.productId}`, ...(hub.serialNumber === null ? [] : [hub.serialNumber])];
  return (
    <div className={classes.name} ref={holder}>
      <h2 id={headId}>{hub.label}</h2>
      <code className={classes.faint} data-selectable>
        {ids.join(' · ')}
      </code>
      <IconButton
        label={hub.name === null ? `Name ${hub.label}` : `Rename ${hub.label}`}
        pressed={edits}
        onClick={() => setEdits(!edits)}
        testId="name-hub"
      >
        <Pencil size={13} aria-hidden />
      </IconButton>
      {edits ? (
        <div className={classes.edit}>
          <InlineField label="Name of this hub" placeholder="desk hub" value={hub.name ?? ''} save={save} />
        </div>
      ) : null}
    </div>
  );
}
