import { BrowserWindow, nativeTheme, screen } from 'electron';
import { shellChannels } from '../contract/index.ts';
import { appOrigin } from './appScheme.ts';
import { createWindowStateStore, type WindowState } from './windowState.ts';

const minSize = { minWidth: 480, minHeight: 360 } as const;
/** So that a second window does not hide the first. */
const cascadePx = 32;

/** Opens windows where they last were. Each is a projection of the one core; none owns anything. */
export class WindowManager {
  readonly #preload: string;
  readonly #store = createWindowStateStore();

  constructor(options: { preload: string }) {
    this.#preload = options.preload;
  }

  /** Brings a window to the front, or opens one. */
  show(): void {
    const window = BrowserWindow.getAllWindows()[0];
    if (!window) {
      this.open();
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  open(): BrowserWindow {
    const state = visibleState(this.#store.read());
    const shift = BrowserWindow.getAllWindows().length * cascadePx;
    const { x, y, width, height } = state;
    const window = new BrowserWindow({
      width,
      height,
      ...(x === undefined || y === undefined ? {} : { x: x + shift, y: y + shift }),
      ...minSize,
      title: 'Labdeck',
      // Painted with the page's own color and shown at once: a window that waits to be ready feels slow.
      backgroundColor: this.backgroundColor(),
      webPreferences: {
        preload: this.#preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
        // A terminal in a covered window must go on taking bytes, or it would be resynced for nothing.
        backgroundThrottling: false,
      },
    });
    if (state.maximized) window.maximize();
    window.on('close', () =>
      this.#store.write({ ...window.getNormalBounds(), maximized: window.isMaximized() }),
    );
    void window.loadURL(`${appOrigin}/`);
    return window;
  }

  /** Sends a command of the native menu to the window in front. */
  command(commandId: string): void {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
    window?.webContents.send(shellChannels.command, commandId);
  }

  backgroundColor(): string {
    return nativeTheme.shouldUseDarkColors ? '#15181c' : '#f6f7f9';
  }
}

/** A window on a screen that is gone would open where nobody sees it. */
function visibleState(state: WindowState): WindowState {
  const { x, y, width, height } = state;
  if (x === undefined || y === undefined) return state;
  const { workArea } = screen.getDisplayMatching({ x, y, width, height });
  const visible =
    x < workArea.x + workArea.width - 80 &&
    y < workArea.y + workArea.height - 80 &&
    x + width > workArea.x + 80;
  return visible ? state : { width, height, maximized: state.maximized };
}
