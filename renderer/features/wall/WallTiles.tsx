import { useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useBench, useLab } from '../../app/labContext.tsx';
import { columnsFor, tileFontPx } from './arrangement.ts';
import { useTileDrag } from './useTileDrag.ts';
import { WallTile } from './WallTile.tsx';
import classes from './WallTiles.module.css';

const gapPx = 6;

/** The tiles beside one another; one alone where it is maximised. */
export function WallTiles() {
  const { wall } = useLab();
  const holder = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const { tiles, columns: fixed } = useStore(wall.store, (state) => state.layout);
  const maximised = useStore(wall.store, (state) => state.maximised);
  const settingPx = useBench((state) => state.settings?.fontSizePx ?? 13);
  const drag = useTileDrag((tile, target) => wall.move(tile, target));
  useLayoutEffect(() => {
    if (holder.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setSize(entry.contentRect);
    });
    observer.observe(holder.current);
    return () => observer.disconnect();
  }, []);
  const shown = maximised === null ? tiles : [maximised];
  const columns = columnsFor(shown.length, fixed, size.width, size.height);
  const fontPx = tileFontPx((size.width - gapPx * (columns - 1)) / columns, settingPx);
  return (
    <div
      ref={holder}
      className={classes.tiles}
      style={{ '--columns': columns } as React.CSSProperties}
      data-testid="wall-tiles"
      data-columns={columns}
    >
      {size.width === 0
        ? null
        : shown.map((tile) => (
            <WallTile
              key={tile}
              consoleId={tile}
              fontPx={maximised === null ? fontPx : null}
              maximised={tile === maximised}
              drag={maximised === null ? drag : null}
            />
          ))}
    </div>
  );
}
