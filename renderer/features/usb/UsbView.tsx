import { Usb } from 'lucide-react';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useUsbTree } from '../power/binding/useUsbTree.ts';
import { HubCard } from './HubCard.tsx';
import classes from './UsbView.module.css';
import { inTreeOrder } from './usbWords.ts';

/** The hubs as a tree: what is plugged where, and which port of them can be switched. */
export function UsbView() {
  const tree = useUsbTree();
  if (tree === null)
    return (
      <p className={classes.loading} role="status">
        Looking at the hubs…
      </p>
    );
  if (tree.hubs.length === 0)
    return (
      <EmptyState icon={<Usb size={24} />} title="This computer shows no USB hub">
        <p>Not even its own: Labdeck may run where the kernel hides them, such as in a container.</p>
      </EmptyState>
    );
  return (
    <ul className={classes.hubs} aria-label="USB hubs" data-testid="usb-tree">
      {inTreeOrder(tree).map(({ hub, depth }) => (
        <HubCard key={hub.hubId} hub={hub} depth={depth} />
      ))}
    </ul>
  );
}
