import '../../ui/widgets.css';
import { SquareTerminal } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { LoadingBench } from '../../app/LoadingBench.tsx';
import { useBench, useLab } from '../../app/labContext.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { firstTiles, tilesOf } from './arrangement.ts';
import { TypingBand } from './TypingBand.tsx';
import { WallBar } from './WallBar.tsx';
import classes from './WallPage.module.css';
import { WallTabs } from './WallTabs.tsx';
import { WallTiles } from './WallTiles.tsx';

/** Many consoles at once, arranged as the user likes. */
export function WallPage() {
  const { wall } = useLab();
  const loading = useBench((state) => state.boards === null);
  useFirstTiles();
  useHeldTerminals();
  const { view, tiles } = useStore(wall.store, (state) => state.layout);
  if (loading) return <LoadingBench />;
  return (
    <main className={classes.page} aria-label="Consoles" data-testid="wall">
      <WallBar />
      <TypingBand />
      {tiles.length === 0 ? <EmptyWall /> : view === 'tabs' ? <WallTabs /> : <WallTiles />}
    </main>
  );
}

/** Before anybody arranged it, a wall shows what is on. */
function useFirstTiles(): void {
  const { wall, bench } = useLab();
  const untouched = useStore(wall.store, (state) => state.untouched);
  const known = useBench((state) => state.boards !== null && Object.keys(state.consoles).length > 0);
  useEffect(() => {
    if (!untouched || !known) return;
    const { boards, power, consoles } = bench.getState();
    wall.change({ tiles: firstTiles(boards ?? [], power, consoles) });
  }, [wall, bench, untouched, known]);
}

/** Every console of the wall is live, in front or not, for as long as the wall is there. */
function useHeldTerminals(): void {
  const { wall, terminals } = useLab();
  const tiles = useStore(wall.store, (state) => state.layout.tiles);
  const known = useBench((state) => tiles.filter((tile) => state.consoles[tile] !== undefined).join(' '));
  useEffect(() => terminals.hold(known === '' ? [] : known.split(' ')), [terminals, known]);
  useEffect(
    () => () => {
      // On a board's own page a key is for that board alone.
      wall.typeTo(null);
      terminals.hold([]);
    },
    [wall, terminals],
  );
}

function EmptyWall() {
  const { wall, bench, view } = useLab();
  const consoleCount = useBench((state) => Object.keys(state.consoles).length);
  const showAll = () => {
    const { boards, consoles } = bench.getState();
    wall.change({ tiles: tilesOf(boards ?? [], consoles) });
  };
  return (
    <div className={classes.empty}>
      <EmptyState icon={<SquareTerminal size={24} />} heading="h1" title="No consoles on the wall">
        {consoleCount === 0 ? (
          <>
            <p>Boards on the bench bring their consoles. There is none yet.</p>
            <button
              type="button"
              className="button"
              data-size="large"
              onClick={() => view.go({ page: 'bench', boardId: null })}
            >
              Go to the bench
            </button>
          </>
        ) : (
          <>
            <p>Choose consoles above, or show all there are.</p>
            <button type="button" className="button" data-size="large" onClick={showAll}>
              Show all {consoleCount}
            </button>
          </>
        )}
      </EmptyState>
    </div>
  );
}
