import { memo } from 'react';
import type { ComparedRow } from '../../../main/contract/index.ts';
import classes from './CompareView.module.css';
import { changedWords, type Piece } from './changedWords.ts';
import { secondsText } from './formatTimes.ts';

const signs: Readonly<Record<ComparedRow['kind'], string>> = {
  same: '',
  changed: '≠',
  added: '+',
  removed: '−',
};
const words: Readonly<Record<ComparedRow['kind'], string>> = {
  same: 'Same',
  changed: 'Changed',
  added: 'Only in the newer',
  removed: 'Only in the older',
};

/** One row: what either boot printed there, and when since power-on. */
export const ComparedLines = memo(function ComparedLines({
  row,
  current,
}: {
  row: ComparedRow;
  current: boolean;
}) {
  const { left, right, kind } = row;
  const pieces =
    kind === 'changed' && left !== null && right !== null
      ? changedWords(left.text, right.text)
      : { left: plain(left?.text), right: plain(right?.text) };
  return (
    <div
      className={classes.row}
      data-kind={kind}
      data-current={current}
      aria-current={current ? 'true' : undefined}
    >
      <Side line={left} pieces={pieces.left} />
      <span className={classes.sign}>
        <span aria-hidden="true">{signs[kind]}</span>
        <span className="visually-hidden">{words[kind]}</span>
      </span>
      <Side line={right} pieces={pieces.right} />
    </div>
  );
});

function Side({ line, pieces }: { line: ComparedRow['left']; pieces: readonly Piece[] }) {
  return (
    <span className={classes.side} data-absent={line === null}>
      <span className={`${classes.time} tabular`}>
        {line === null ? '' : secondsText(line.sincePowerOnMs)}
      </span>
      <code className={classes.text} data-selectable>
        {pieces.map((piece, index) =>
          piece.changed ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one line never move
            <mark key={index} className={classes.mark}>
              {piece.text}
            </mark>
          ) : (
            piece.text
          ),
        )}
      </code>
    </span>
  );
}

function plain(text: string | undefined): Piece[] {
  return text === undefined ? [] : [{ text, changed: false }];
}
