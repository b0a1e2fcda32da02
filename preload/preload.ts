import { contextBridge, ipcRenderer } from 'electron';
import { coreGoneMessage, type LabdeckShell, portsMessage, shellChannels } from '../main/contract/shell.ts';

const shell: LabdeckShell = {
  platform: process.platform,
  versions: { electron: process.versions.electron, chrome: process.versions.chrome },
  requestPorts: () => ipcRenderer.send(shellChannels.requestPorts),
  onCommand(listener) {
    const onMessage = (_event: unknown, commandId: string) => listener(commandId);
    ipcRenderer.on(shellChannels.command, onMessage);
    return () => ipcRenderer.off(shellChannels.command, onMessage);
  },
  setTheme: (theme) => ipcRenderer.send(shellChannels.setTheme, theme),
  openWindow: () => ipcRenderer.send(shellChannels.openWindow),
  openInstance: (url) => ipcRenderer.send(shellChannels.openInstance, url),
};

contextBridge.exposeInMainWorld('labdeckShell', shell);

// Ports cannot cross the bridge; a message to the window itself can carry them.
ipcRenderer.on(shellChannels.ports, (event) =>
  window.postMessage(portsMessage, location.origin, event.ports),
);
ipcRenderer.on(shellChannels.coreGone, () => window.postMessage(coreGoneMessage, location.origin));
