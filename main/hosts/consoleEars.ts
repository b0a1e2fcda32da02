import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { ConsoleService, Recorder } from '../console/index.ts';
import type { BoardId } from '../contract/index.ts';
import { bootSign, type PowerEars } from '../power/index.ts';

/** Enough for a page of a kernel's log. */
const recentBytes = 4096;
const recentBoots = 50;

type Lines = Awaited<ReturnType<PowerEars['recentLines']>>;

/** What the power-truth test hears of boards, from their consoles. `consoles` is asked only while a test runs. */
export function consoleEars(consoles: () => ConsoleService): PowerEars {
  const ofBoard = (boardId: BoardId) =>
    consoles()
      .all()
      .filter((info) => info.boardId === boardId)
      .map(({ consoleId }) => consoles().get(consoleId));
  return {
    recentLines: async (boardId) => {
      const all = await Promise.all(
        ofBoard(boardId).map(({ recorder }) => linesAtEnd(recorder).catch((): Lines => [])),
      );
      return all.flat().sort((a, b) => a.atMs - b.atMs);
    },
    listen: (boardId, listener): Disposable => {
      const held = new DisposableStore();
      for (const { line, options } of ofBoard(boardId))
        held.add(line.onDidOutput(({ bytes, atMs }) => listener(options.consoleId, bytes, atMs)));
      return held;
    },
    isKnownToBoot: (boardId) =>
      ofBoard(boardId).some(({ boots }) => boots.list(recentBoots).some((boot) => bootSign(boot) !== null)),
  };
}

async function linesAtEnd(recorder: Recorder): Promise<Lines> {
  const to = recorder.endOffset;
  let offset = Math.max(recorder.startOffset, to - recentBytes);
  const bytes = Buffer.from(await recorder.read(offset, to - offset));
  const lines: Lines = [];
  for (const text of bytes.toString('latin1').split('\n')) {
    offset += text.length + 1;
    // When its end came: a board's clock is read when it prints, not when the line before ended.
    const atMs = await recorder.timeAt(Math.min(offset, to) - 1);
    if (atMs !== null) lines.push({ text: text.trim(), atMs });
  }
  return lines;
}
