import { type PointerEvent, useEffect, useRef, useState } from 'react';

export interface TileDrag {
  /** The tile in hand. */
  readonly dragged: string | null;
  /** The tile whose place it would take now. */
  readonly target: string | null;
  /** For the handle of a tile. */
  start(tile: string, event: PointerEvent): void;
}

/** Further than a shaky click. */
const slackPx = 6;

/**
 * Takes a tile by its title and drops it on another. Nothing moves before it is dropped, so that terminals are
 * not drawn anew along the way; Escape puts it back.
 */
export function useTileDrag(drop: (tile: string, target: string) => void): TileDrag {
  const [state, setState] = useState<{ dragged: string | null; target: string | null }>({
    dragged: null,
    target: null,
  });
  const stop = useRef<() => void>(() => {});
  useEffect(() => () => stop.current(), []);

  const start = (tile: string, { button, clientX, clientY }: PointerEvent) => {
    if (button !== 0) return;
    let target: string | null = null;
    let dragging = false;
    const move = (event: globalThis.PointerEvent) => {
      dragging ||= Math.hypot(event.clientX - clientX, event.clientY - clientY) > slackPx;
      if (!dragging) return;
      const over = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-tile]');
      const found = over instanceof HTMLElement ? (over.dataset.tile ?? null) : null;
      target = found === tile ? null : found;
      setState({ dragged: tile, target });
    };
    const end = () => {
      stop.current();
      if (target !== null) drop(tile, target);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') stop.current();
    };
    stop.current = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', stop.current);
      window.removeEventListener('keydown', onKey, { capture: true });
      stop.current = () => {};
      setState({ dragged: null, target: null });
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', stop.current);
    window.addEventListener('keydown', onKey, { capture: true });
  };
  return { ...state, start };
}
