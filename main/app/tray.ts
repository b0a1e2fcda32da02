import { join } from 'node:path';
import { app, Menu, nativeImage, Tray } from 'electron';
import type { WindowManager } from './windowManager.ts';

/** Held here: a tray that is collected as garbage vanishes from the screen. */
let tray: Tray | null = null;

/** The way back to a window once all are closed, and the way out. */
export function createTray(windows: WindowManager): void {
  const icon = nativeImage.createFromPath(join(app.getAppPath(), 'resources', 'icons', '32x32.png'));
  if (icon.isEmpty()) return;
  tray = new Tray(icon);
  tray.setToolTip('Labdeck: the bench is being recorded');
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open Labdeck', click: () => windows.show() },
      { type: 'separator' },
      { label: 'Quit', click: () => app.quit() },
    ]),
  );
  tray.on('click', () => windows.show());
}
