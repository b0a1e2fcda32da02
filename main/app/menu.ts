import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { WindowManager } from './windowManager.ts';

const isMac = process.platform === 'darwin';

/**
 * The native menu. It offers commands of the window's own registry; the window handles their keys, so that a
 * terminal in focus keeps every key but Ctrl+Shift+... Only macOS, where Cmd is free, has the usual ones.
 */
export function createMenu(windows: WindowManager): Menu {
  const command = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => windows.command(id),
    ...(accelerator ? { accelerator, registerAccelerator: false } : {}),
  });
  const quit: MenuItemConstructorOptions = {
    role: 'quit',
    label: 'Quit Labdeck',
    accelerator: isMac ? 'Cmd+Q' : 'Ctrl+Shift+Q',
  };
  const edit: MenuItemConstructorOptions = {
    label: 'Edit',
    submenu: isMac
      ? [
          { role: 'undo' },
          { role: 'redo' },
          { type: 'separator' },
          { role: 'cut' },
          { role: 'copy' },
          { role: 'paste' },
          { role: 'selectAll' },
        ]
      : [
          { role: 'copy', accelerator: 'Ctrl+Shift+C', registerAccelerator: false },
          { role: 'paste', accelerator: 'Ctrl+Shift+V', registerAccelerator: false },
        ],
  };
  return Menu.buildFromTemplate([
    ...(isMac ? [{ role: 'appMenu' } satisfies MenuItemConstructorOptions] : []),
    {
      label: 'File',
      submenu: [
        { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: () => windows.open() },
        command('Add Board…', 'board.add'),
        { type: 'separator' },
        command('Settings', 'app.settings'),
        { type: 'separator' },
        { role: 'close', label: 'Close Window', accelerator: isMac ? 'Cmd+W' : 'Ctrl+Shift+W' },
        ...(isMac ? [] : [quit]),
      ],
    },
    edit,
    {
      label: 'Board',
      submenu: [
        command('Switch Power', 'power.toggle'),
        command('Power Cycle', 'power.cycle'),
        { type: 'separator' },
        command('Type in Console', 'terminal.focus'),
        command('Find in Console…', 'terminal.search', 'CmdOrCtrl+Shift+F'),
      ],
    },
    {
      label: 'View',
      submenu: [
        command('Command Palette…', 'view.palette', 'CmdOrCtrl+Shift+P'),
        command('Inspector', 'view.inspector'),
        { type: 'separator' },
        command('Larger Text', 'view.fontLarger'),
        command('Smaller Text', 'view.fontSmaller'),
        { type: 'separator' },
        { role: 'reload', accelerator: 'CmdOrCtrl+Shift+R' },
        { role: 'toggleDevTools', accelerator: 'CmdOrCtrl+Shift+I' },
        { role: 'togglefullscreen' },
      ],
    },
  ]);
}
