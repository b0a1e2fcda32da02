/** One key, in milliseconds after it was pressed. */
export interface Echo {
  /** The page heard of it. */
  readonly heardMs: number;
  /** The window sent it to the core. */
  readonly sentMs: number;
  /** Its echo came back to the window. */
  readonly receivedMs: number;
  /** xterm drew it. */
  readonly drawnMs: number;
  /** The frame it was drawn in was handed over. */
  readonly onScreenMs: number;
}

/**
 * Runs in the window: from now on, each key pressed is followed to the screen. A key counts from the moment
 * Chromium's browser process stamped the event, before the page hears of it.
 */
export function watchEchoes(): void {
  const echoes: Echo[] = [];
  let pending: 'no' | 'pressed' | 'drawn' = 'no';
  let pressedMs = 0;
  let heardMs = 0;
  window.addEventListener(
    'keydown',
    (event) => {
      pending = 'pressed';
      pressedMs = event.timeStamp;
      heardMs = performance.now();
    },
    { capture: true },
  );
  const rows = document.querySelector('[data-testid="terminal"] .xterm-rows');
  if (!rows) throw new Error('the window shows no terminal');
  const drawn = () => {
    const { benchWatch: watch } = window;
    const keyMs = pressedMs;
    // Drawn for another reason, or not with the echo yet.
    if (pending !== 'pressed' || watch.lastDataMs() < keyMs) return;
    pending = 'drawn';
    const times = {
      heardMs: heardMs - keyMs,
      sentMs: watch.lastSentMs() - keyMs,
      receivedMs: watch.lastDataMs() - keyMs,
      drawnMs: performance.now() - keyMs,
    };
    // xterm draws within an animation frame; a message sent now arrives right after that frame.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      echoes.push({ ...times, onScreenMs: performance.now() - keyMs });
      port1.close();
      pending = 'no';
    };
    port2.postMessage(null);
  };
  new MutationObserver(drawn).observe(rows, { childList: true, subtree: true, characterData: true });
  Object.assign(window, { benchEchoes: echoes, benchPending: () => pending !== 'no' });
}

declare global {
  interface Window {
    readonly benchEchoes: readonly Echo[];
    /** A key is still on its way to the screen. */
    readonly benchPending: () => boolean;
  }
}
