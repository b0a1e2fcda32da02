/**
 * Runs in the app's window: a second terminal right over the app's own, of the same size and look, is fed `text`
 * `times` over, from memory. Resolves to the milliseconds until xterm had parsed it all.
 */
export async function measureTerminalAlone({
  text,
  times,
}: {
  text: string;
  times: number;
}): Promise<number> {
  // The pieces in which the core sends, and as many bytes under way as it allows.
  const chunkBytes = 128 * 1024;
  const inFlightBytes = 1024 * 1024;
  const shown = document.querySelector('[data-testid="terminal"] .xterm');
  const rows = shown?.querySelector('.xterm-rows');
  const screen = shown?.querySelector('.xterm-screen');
  if (!shown || !rows || !screen) throw new Error('the window shows no terminal');
  const { left, top, width, height } = shown.getBoundingClientRect();
  const holder = document.createElement('div');
  holder.style.cssText = `position:fixed;z-index:1000;left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
  document.body.append(holder);
  const { fontFamily, fontSize } = getComputedStyle(rows);
  const look = { fontFamily, fontSize: Number.parseFloat(fontSize), lineHeight: 1.25, scrollback: 10_000 };
  const terminal = new window.Terminal({ ...look, rows: rows.childElementCount, cols: 80 });
  terminal.open(holder);
  const mine = holder.querySelector('.xterm-screen');
  const cellWidth = (mine?.getBoundingClientRect().width ?? 0) / terminal.cols;
  terminal.resize(Math.round(screen.getBoundingClientRect().width / cellWidth), rows.childElementCount);

  const all = new TextEncoder().encode(text);
  const bytes = all.length * times;
  try {
    return await new Promise((resolve) => {
      const startMs = performance.now();
      let written = 0;
      let parsed = 0;
      const feed = () => {
        while (written < bytes && written - parsed < inFlightBytes) {
          const chunk = all.subarray(written % all.length, (written % all.length) + chunkBytes);
          written += chunk.length;
          terminal.write(chunk, () => {
            parsed += chunk.length;
            if (parsed === bytes) resolve(performance.now() - startMs);
            else feed();
          });
        }
      };
      feed();
    });
  } finally {
    terminal.dispose();
    holder.remove();
  }
}
