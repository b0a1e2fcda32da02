import type { UsbSocket } from '../../../main/contract/index.ts';
import { useLab } from '../../app/labContext.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import classes from './UsbView.module.css';
import { deviceTitle, powerWord } from './usbWords.ts';

/** One port of a hub: its number, what is in it, whether it has power, and whose board hangs on it. */
export function SocketTile({ socket }: { socket: UsbSocket }) {
  const { view } = useLab();
  const { tone, word } = powerWord(socket.powered);
  const uses = [...new Set(socket.devices.flatMap((device) => device.uses.map(({ what }) => what)))];
  return (
    <li
      className={classes.socket}
      data-empty={socket.devices.length === 0}
      data-testid={`socket-${socket.socketId}`}
    >
      <div className={classes.socketHead}>
        <span className={`${classes.number} tabular`}>
          <span className="visually-hidden">Port </span>
          {socket.port}
        </span>
        <span className={classes.power}>
          <StateShape tone={tone} sizePx={8} />
          {word}
        </span>
      </div>
      {socket.devices.length === 0 ? (
        <p className={classes.faint}>empty</p>
      ) : (
        socket.devices.map((device) => (
          <p key={device.name} className={classes.device}>
            <span>{deviceTitle(device)}</span>
            {device.serialNumber === null ? null : (
              <code className={classes.faint}>{device.serialNumber}</code>
            )}
            {device.hubId === null ? null : <span className={classes.faint}>hub, below</span>}
          </p>
        ))
      )}
      {uses.length === 0 ? null : <p className={classes.uses}>{uses.join(', ')}</p>}
      {socket.boards.length === 0 ? null : (
        <div className={classes.boards}>
          {socket.boards.map((boardId) => (
            <button
              key={boardId}
              type="button"
              className={classes.board}
              onClick={() => view.selectBoard(boardId)}
            >
              {boardId}
            </button>
          ))}
        </div>
      )}
    </li>
  );
}
