import type { Port, PortMatch } from '../../../main/contract/index.ts';
import { StateShape } from '../../ui/StateShape.tsx';
import { sentence } from '../../ui/sentence.ts';
import { findSocket } from '../power/binding/hubChoices.ts';
import { useUsbTree } from '../power/binding/useUsbTree.ts';
import { portTitle } from './describePort.ts';
import { matchWords, mayHaveMovedTo, wayOf, waysTo } from './foundBy.ts';
import classes from './PortMatchField.module.css';

interface Props {
  readonly match: PortMatch;
  readonly ports: readonly Port[];
  readonly onChange: (match: PortMatch) => void;
}

/** A binding whose port is not there: what is waited for, and where it may have gone. */
export function AbsentPort({ match, ports, onChange }: Props) {
  const tree = useUsbTree();
  const socket = match.by === 'socket' && tree !== null ? findSocket(tree, match.value) : null;
  return (
    <div className={classes.by}>
      <p className={classes.absent}>
        <StateShape tone={match.by === 'device' ? 'off' : 'bad'} sizePx={10} />
        {match.by === 'device' ? 'A path of your own.' : 'Not plugged in.'}
      </p>
      <p className={classes.words}>
        {sentence(`Bound to ${matchWords(match, socket?.socket.label ?? null)}`)}
      </p>
      {mayHaveMovedTo(ports, match).map((port) => (
        <p key={port.portId} className={classes.moved}>
          <StateShape tone="info" sizePx={9} />
          <span>
            {portTitle(port)} at {port.plugged ?? port.device} may be it.
          </span>
          <button type="button" className="button" onClick={() => onChange(bindAs(match, port))}>
            Use that one
          </button>
        </p>
      ))}
    </div>
  );
}

/** As it was bound before, where that goes. */
function bindAs(before: PortMatch, port: Port): PortMatch {
  const way = wayOf(before);
  return waysTo(port).find((each) => each.way === way)?.match ?? port.suggestedMatch;
}
