import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useLab } from '../../app/labContext.tsx';
import { ProblemLine } from '../../ui/ProblemLine.tsx';
import { VirtualList, type VirtualListHandle } from '../../ui/VirtualList.tsx';
import { HexSend } from './HexSend.tsx';
import classes from './HexView.module.css';
import { bytesPerRow, hexRow, rowOf } from './hexRow.ts';
import { type HexSource, LiveHex, RecordedHex } from './hexSource.ts';
import type { Place } from './historyControl.ts';
import { ReadingWhere } from './ReadingPane.tsx';
import { readPartOf } from './readRange.ts';

const rowHeightPx = 20;
/** So near to an end more is loaded. */
const marginRows = 200;

/** A console byte by byte: offset, sixteen bytes, their text; live, or at a place of its recording. */
export function HexView({ consoleId, place }: { consoleId: string; place: Place | null }) {
  const { history } = useLab();
  const source = useHexSource(consoleId, place?.offset ?? null);
  return (
    <section className={classes.hex} aria-label="Bytes" data-testid="hex">
      {place === null ? null : (
        <div className={classes.bar}>
          <ReadingWhere place={place} />
          <button type="button" className="button" onClick={() => history.backToLive(consoleId)}>
            Back to live
          </button>
        </div>
      )}
      {source === null ? null : <Rows key={place?.offset ?? 'live'} source={source} place={place} />}
      {place === null ? <HexSend consoleId={consoleId} /> : null}
    </section>
  );
}

function useHexSource(consoleId: string, offset: number | null): HexSource | null {
  const { connection, bench, data } = useLab();
  const [source, setSource] = useState<HexSource | null>(null);
  useEffect(() => {
    const kept = () => {
      const recording = bench.getState().consoles[consoleId]?.recording;
      return { from: recording?.startOffset ?? 0, to: recording?.endOffset ?? 0 };
    };
    const made =
      offset === null
        ? new LiveHex(data, consoleId)
        : new RecordedHex(
            readPartOf(consoleId, () => connection.client()),
            kept,
            offset,
          );
    setSource(made);
    return () => made.dispose();
  }, [consoleId, offset, connection, bench, data]);
  return source;
}

function Rows({ source, place }: { source: HexSource; place: Place | null }) {
  const { version, problem } = useStore(source.store);
  const list = useRef<VirtualListHandle>(null);
  const [follows, setFollows] = useState(place === null);
  const { window: held } = source;
  const firstRow = rowOf(held.from);
  const count = held.to === held.from ? 0 : rowOf(held.to - 1) - firstRow + 1;
  const topRow = useRef(firstRow);
  const shownFirst = useRef(firstRow);
  const placed = useRef(false);

  const onView = useCallback(
    (first: number, last: number, atEnd: boolean) => {
      topRow.current = firstRow + first;
      if (place === null) setFollows(atEnd);
      if (first < marginRows) source.extend('earlier');
      if (last > count - marginRows) source.extend('later');
    },
    [source, place, firstRow, count],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the bytes
  useLayoutEffect(() => {
    if (count === 0) return;
    if (place !== null && !placed.current) {
      placed.current = true;
      list.current?.reveal(rowOf(place.offset) - firstRow, 'center');
    } else if (place === null && follows) list.current?.reveal(count - 1);
    else if (shownFirst.current !== firstRow)
      // Rows came or went above: what is looked at stays where it is.
      list.current?.reveal(Math.max(0, topRow.current - firstRow), 'start');
    shownFirst.current = firstRow;
  }, [version, count, firstRow, place, follows]);

  if (count === 0) return <p className={classes.none}>{problem === null ? 'No byte yet.' : ''}</p>;
  const marked = place === null ? null : { from: place.offset, to: place.offset + Math.max(1, place.bytes) };
  return (
    <>
      <VirtualList
        label="Hex dump"
        count={count}
        rowHeightPx={rowHeightPx}
        rowKey={(index) => firstRow + index}
        onView={onView}
        handle={list}
        testId="hex-rows"
        row={(index) => <Row source={source} row={firstRow + index} marked={marked} />}
      />
      <ProblemLine problem={problem} />
    </>
  );
}

interface RowProps {
  readonly source: HexSource;
  readonly row: number;
  readonly marked: { readonly from: number; readonly to: number } | null;
}

function Row({ source, row, marked }: RowProps) {
  const rowOffset = row * bytesPerRow;
  const from = Math.max(rowOffset, source.window.from);
  const { offset, digits, text } = hexRow(
    rowOffset,
    source.window.slice(rowOffset, rowOffset + bytesPerRow),
    from,
  );
  const isMarked = marked !== null && rowOffset + bytesPerRow > marked.from && rowOffset < marked.to;
  return (
    <div className={classes.row} data-selectable data-marked={isMarked}>
      <span className={classes.offset}>{offset}</span>
      <span>{digits.slice(0, 8).join(' ')}</span>
      <span>{digits.slice(8).join(' ')}</span>
      <span className={classes.text}>{text}</span>
    </div>
  );
}
