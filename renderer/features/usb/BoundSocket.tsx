import { StateShape } from '../../ui/StateShape.tsx';
import classes from '../boards/Inspector.module.css';
import { findSocket } from '../power/binding/hubChoices.ts';
import { useUsbTree } from '../power/binding/useUsbTree.ts';
import { deviceTitle } from './usbWords.ts';

/** The socket whose comings and goings tell of a board's power, and what is in it now. */
export function BoundSocket({ socketId }: { socketId: string }) {
  const tree = useUsbTree();
  const socket = tree === null ? null : (findSocket(tree, socketId)?.socket ?? null);
  const devices = socket?.devices ?? [];
  return (
    <div className={classes.binding} data-testid="bound-socket">
      <div className={classes.bindingHead}>
        <h4>USB plug</h4>
        <span>witness of its power</span>
      </div>
      {tree === null ? null : socket === null ? (
        <p className={classes.absent}>
          <StateShape tone="bad" sizePx={10} />
          This port is not there now
        </p>
      ) : (
        <>
          <p data-selectable>{socket.label}</p>
          <p className={classes.absent}>
            <StateShape tone={devices.length === 0 ? 'off' : 'on'} sizePx={10} />
            {devices.length === 0
              ? 'Nothing is there now'
              : [...new Set(devices.map(deviceTitle))].join(', ')}
          </p>
        </>
      )}
      <code data-selectable className={classes.path}>
        {socketId}
      </code>
    </div>
  );
}
