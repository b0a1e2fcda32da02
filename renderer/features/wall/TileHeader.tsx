import { Keyboard, Maximize2, Minimize2, SquareArrowOutUpRight, X } from 'lucide-react';
import { useStore } from 'zustand';
import type { ConsoleInfo } from '../../../main/contract/index.ts';
import { useBench, useLab } from '../../app/labContext.tsx';
import { StateShape, type Tone } from '../../ui/StateShape.tsx';
import { consoleTitle } from '../console/consoleTitle.ts';
import { consoleTone, consoleWord } from '../console/consoleWords.ts';
import { leaseTone } from '../console/LeaseEdge.tsx';
import { leaseStanding, leaseText } from '../console/leaseWords.ts';
import { ExposedBadge } from '../console/SharingEdge.tsx';
import classes from './TileHeader.module.css';
import type { TileDrag } from './useTileDrag.ts';

interface Props {
  readonly consoleId: string;
  readonly maximised: boolean;
  readonly drag: TileDrag | null;
}

/** A tile's name, how board and line stand, who writes; its handle to drag it by. */
export function TileHeader({ consoleId, maximised, drag }: Props) {
  const { wall, view } = useLab();
  const title = useBench((state) => consoleTitle(consoleId, state.boards));
  const info = useBench((state) => state.consoles[consoleId]);
  const Size = maximised ? Minimize2 : Maximize2;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer alone; buttons and shortcuts do the same
    <header
      className={classes.header}
      data-draggable={drag !== null}
      onPointerDown={(event) => {
        if (!(event.target as Element).closest('button, label, input')) drag?.start(consoleId, event);
      }}
      onDoubleClick={(event) => {
        if (!(event.target as Element).closest('button, label, input')) wall.toggleMaximised(consoleId);
      }}
    >
      {info === undefined ? null : (
        <>
          <TypingChoice consoleId={consoleId} title={title} />
          <Standing info={info} />
        </>
      )}
      <h2 className={classes.title} title={title}>
        {title}
      </h2>
      {info === undefined ? null : <Facts info={info} />}
      <span className={classes.spring} />
      {info === undefined ? null : (
        <button
          type="button"
          className="icon-button"
          aria-label={`Go to ${title} on the bench`}
          onClick={() => {
            view.selectConsole(info.boardId, consoleId);
            view.typeTo(info.boardId);
          }}
        >
          <SquareArrowOutUpRight size={13} strokeWidth={2} aria-hidden />
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={maximised ? `Show ${title} among the others` : `Maximise ${title}`}
        aria-pressed={maximised}
        onClick={() => wall.toggleMaximised(consoleId)}
      >
        <Size size={13} strokeWidth={2} aria-hidden />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={`Take ${title} off the wall`}
        onClick={() => wall.remove([consoleId])}
      >
        <X size={14} strokeWidth={2} aria-hidden />
      </button>
    </header>
  );
}

/** While one types to many: whether this one is among them. */
function TypingChoice({ consoleId, title }: { consoleId: string; title: string }) {
  const { wall } = useLab();
  const typingTo = useStore(wall.store, (state) => state.typingTo);
  if (typingTo === null) return null;
  const chosen = typingTo.includes(consoleId);
  return (
    <label className={classes.choice} data-chosen={chosen}>
      <input
        type="checkbox"
        checked={chosen}
        aria-label={`Type to ${title}`}
        onChange={() => wall.toggleTypingTo(consoleId)}
      />
      {chosen ? <Keyboard size={13} strokeWidth={2.2} aria-hidden /> : null}
      <span>{chosen ? 'Typing here' : 'Left out'}</span>
    </label>
  );
}

/** Power where it is known, the line where that is not open. */
function Standing({ info }: { info: ConsoleInfo }) {
  const power = useBench((state) => state.power[info.boardId]?.known ?? 'unknown');
  const line = info.state === 'open' || info.state === 'off';
  const tone: Tone = line ? power : consoleTone[info.state];
  const word = line ? power : consoleWord[info.state];
  return (
    <span className={classes.standing} title={line ? `Power: ${word}` : (info.reason ?? word)}>
      <StateShape tone={tone} sizePx={9} />
      <span className={classes.word}>{word}</span>
    </span>
  );
}

function Facts({ info }: { info: ConsoleInfo }) {
  const me = useBench((state) => state.me);
  const standing = leaseStanding(info.lease, me);
  const { recording } = info;
  return (
    <>
      {info.lease === null || standing === 'idle' ? null : (
        <span
          className={classes.fact}
          data-testid="tile-lease"
          title={standing === 'yours' ? 'You write' : leaseText(info.lease)}
        >
          <StateShape tone={leaseTone[standing]} sizePx={8} />
          <span>{standing === 'yours' ? 'You' : info.lease.holder.who}</span>
        </span>
      )}
      <ExposedBadge sharing={info.sharing} short />
      {recording.state === 'recording' && recording.lostBytes === 0 ? null : (
        <span className={classes.fact} data-tone="bad" title={recording.reason ?? 'Bytes were not recorded'}>
          <StateShape tone="bad" sizePx={9} />
          <span>{recording.state === 'paused' ? 'Recording paused' : 'Not all recorded'}</span>
        </span>
      )}
    </>
  );
}
