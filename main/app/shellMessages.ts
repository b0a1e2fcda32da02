import { BrowserWindow, type IpcMainEvent, ipcMain, nativeTheme, shell } from 'electron';
import { shellChannels } from '../contract/index.ts';
import type { CoreSupervisor } from './coreSupervisor.ts';
import { isTrustedSender } from './hardening.ts';
import { isInstanceUrl } from './instanceUrl.ts';
import type { WindowManager } from './windowManager.ts';

const themes = ['system', 'light', 'dark'] as const;

/** The few things a window may ask of the shell; anything from another sender is ignored. */
export function handleShellMessages({
  supervisor,
  windows,
}: {
  supervisor: CoreSupervisor;
  windows: WindowManager;
}): void {
  const on = (channel: string, listener: (event: IpcMainEvent, value: unknown) => void) =>
    ipcMain.on(channel, (event, value: unknown) => {
      if (isTrustedSender(event)) listener(event, value);
    });

  on(shellChannels.requestPorts, (event) => supervisor.connect(event.sender));
  on(shellChannels.openWindow, () => windows.open());
  on(shellChannels.openInstance, (_event, value) => {
    // Anything else the system would open too: a file, a program's own scheme.
    if (typeof value === 'string' && isInstanceUrl(value)) void shell.openExternal(value);
  });
  on(shellChannels.setTheme, (event, value) => {
    const theme = themes.find((name) => name === value);
    if (!theme) return;
    nativeTheme.themeSource = theme;
    BrowserWindow.fromWebContents(event.sender)?.setBackgroundColor(windows.backgroundColor());
  });
}
