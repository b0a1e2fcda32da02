import { Lightbulb } from 'lucide-react';
import type { UsbHub } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { HubName } from './HubName.tsx';
import { SocketTile } from './SocketTile.tsx';
import classes from './UsbView.module.css';
import { switchingTone, switchingWord } from './usbWords.ts';

/** One hub as it lies on the bench: its name, what it can switch, and its ports side by side. */
export function HubCard({ hub, depth }: { hub: UsbHub; depth: number }) {
  const { view } = useLab();
  const headId = `hub-${hub.hubId}`;
  return (
    <li
      className={classes.hub}
      style={{ marginInlineStart: `min(${depth * 22}px, ${depth * 4}%)` }}
      data-testid={`hub-${hub.hubId}`}
      aria-labelledby={headId}
    >
      <div className={classes.head}>
        <HubName hub={hub} headId={headId} />
        <span className={classes.switching} data-testid="hub-switching">
          <StateShape tone={switchingTone[hub.switching]} sizePx={9} />
          {switchingWord[hub.switching]}
          {hub.method === null ? null : (
            <span className={classes.faint}>{hub.method === 'disable' ? 'by the kernel' : 'by uhubctl'}</span>
          )}
        </span>
        {hub.indicators ? (
          <span className={classes.switching}>
            <Lightbulb size={12} aria-hidden /> lights at its ports
          </span>
        ) : null}
      </div>
      {hub.switchingProblem === null ? null : (
        <p className={classes.problem}>
          {sentence(hub.switchingProblem)}
          {hub.switching === 'none' ? null : (
            <button type="button" className={classes.doctor} onClick={() => view.go({ page: 'doctor' })}>
              Ask the doctor
            </button>
          )}
        </p>
      )}
      <ul className={classes.sockets} aria-label={`Ports of ${hub.label}`}>
        {hub.sockets.map((socket) => (
          <SocketTile key={socket.socketId} socket={socket} />
        ))}
      </ul>
    </li>
  );
}
