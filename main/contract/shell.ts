/**
 * What the preload exposes to the desktop window as `window.labdeckShell`; absent in a browser.
 *
 * After `requestPorts()` the window receives a `message` event from itself, `data` = {@link portsMessage}, with
 * two transferred MessagePorts: `ports[0]` carries contract calls (oRPC), `ports[1]` console bytes
 * (dataChannel.ts, one ArrayBuffer per message). When the core is gone the window receives
 * {@link coreGoneMessage} in the same way: ask again.
 */
export interface LabdeckShell {
  readonly platform: string;
  /** Shell version facts, for the About pane. */
  readonly versions: { readonly electron: string; readonly chrome: string };
  requestPorts(): void;
  /** The native menu's choice, as a command id of the renderer's registry. Returns an unsubscribe. */
  onCommand(listener: (commandId: string) => void): () => void;
  /** Tells the shell which theme the window shows, so that the frame matches. */
  setTheme(theme: 'system' | 'light' | 'dark'): void;
  openWindow(): void;
  /** Opens an instance's page, `http://127.0.0.1:<port>/...`, in the system's browser; no other address. */
  openInstance(url: string): void;
}

export const portsMessage = 'labdeck:ports';
/** Needed beside the ports' own closing: an emulator the core started may hold the socket behind them open. */
export const coreGoneMessage = 'labdeck:core-gone';

/** Names of the messages between preload and shell. */
export const shellChannels = {
  requestPorts: 'labdeck:request-ports',
  ports: 'labdeck:ports',
  coreGone: 'labdeck:core-gone',
  command: 'labdeck:command',
  setTheme: 'labdeck:set-theme',
  openWindow: 'labdeck:open-window',
  openInstance: 'labdeck:open-instance',
} as const;
