import { useMemo } from 'react';
import type { Board, ConsoleEndpoint, PortMatch } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { StateShape } from '../../ui/StateShape.tsx';
import { findPort } from '../ports/describePort.ts';
import { matchWords } from '../ports/foundBy.ts';
import { PortAccess, PortFacts } from '../ports/PortFacts.tsx';
import { BoundOutlet } from '../power/binding/BoundOutlet.tsx';
import { BoundSocket } from '../usb/BoundSocket.tsx';
import { endpointText, hasLineSettings, lineKinds } from './endpointDraft.ts';
import classes from './Inspector.module.css';
import { InspectorSection } from './InspectorSection.tsx';

/** What a board is wired to: each line, its power cable and its own USB plug, with the port they mean now. */
export function BoundPorts({ board }: { board: Board }) {
  const { view } = useLab();
  if (board.virtual !== null) {
    return (
      <InspectorSection title="Connections">
        <p className={classes.hint}>
          {board.virtual === 'sim'
            ? 'A simulated board: its console and its power cable with three LEDs live in Labdeck.'
            : 'A real U-Boot in QEMU: its console and its power cable with three LEDs are emulated.'}
        </p>
        {board.power === null ? null : <BoundOutlet boardId={board.boardId} binding={board.power} />}
        <button
          type="button"
          className="button"
          onClick={() => view.show({ kind: 'connections', boardId: board.boardId })}
          data-testid="edit-connections"
        >
          Edit its outlet…
        </button>
      </InspectorSection>
    );
  }
  return (
    <InspectorSection title="Connections">
      {board.consoles.map(({ name, baudRate, match, endpoint }) =>
        endpoint !== null ? (
          <Endpoint key={name} name={name} endpoint={endpoint} baudRate={baudRate} />
        ) : match === null ? null : (
          <Binding key={name} title={`Console ${name}`} detail={`${baudRate} baud`} match={match} />
        ),
      )}
      {board.power === null ? null : board.power.kind === 'acm-cable' ? (
        <Binding title="Power cable" detail={board.power.bitOrder} match={board.power.match} />
      ) : (
        <BoundOutlet boardId={board.boardId} binding={board.power} />
      )}
      {board.usbSocket === null || isOutlet(board, board.usbSocket) ? null : (
        <BoundSocket socketId={board.usbSocket} />
      )}
      <button
        type="button"
        className="button"
        onClick={() => view.show({ kind: 'connections', boardId: board.boardId })}
        data-testid="edit-connections"
      >
        Edit connections…
      </button>
    </InspectorSection>
  );
}

/** Then it stands there already. */
function isOutlet({ power }: Board, socketId: string): boolean {
  return power?.kind === 'usb-hub-port' && power.socket === socketId;
}

interface EndpointProps {
  readonly name: string;
  readonly endpoint: ConsoleEndpoint;
  readonly baudRate: number;
}

/** A line that somebody else serves: how it stands is told at its console. */
function Endpoint({ name, endpoint, baudRate }: EndpointProps) {
  return (
    <div className={classes.binding}>
      <div className={classes.bindingHead}>
        <h4>Console {name}</h4>
        {hasLineSettings(endpoint.kind) ? <span>{baudRate} baud</span> : null}
      </div>
      <code data-selectable className={classes.path}>
        {endpointText(endpoint)}
      </code>
      <p className={classes.hint}>{lineKinds.find((each) => each.value === endpoint.kind)?.label}.</p>
    </div>
  );
}

function Binding({ title, detail, match }: { title: string; detail: string; match: PortMatch }) {
  const ports = useBench((state) => state.ports);
  const port = useMemo(() => (ports === null ? null : findPort(ports, match)), [ports, match]);
  return (
    <div className={classes.binding}>
      <div className={classes.bindingHead}>
        <h4>{title}</h4>
        <span>{detail}</span>
      </div>
      {port === null ? (
        <>
          <p className={classes.absent}>
            <StateShape tone={match.by === 'device' ? 'off' : 'bad'} sizePx={10} />
            {match.by === 'device' ? 'A path of your own' : 'Not plugged in'}
          </p>
          <code data-selectable className={classes.path}>
            {match.value}
          </code>
        </>
      ) : (
        <>
          <PortFacts port={port} />
          <PortAccess port={port} />
        </>
      )}
      <p className={classes.hint}>Bound to {matchWords(match, port?.plugged ?? null)}.</p>
    </div>
  );
}
