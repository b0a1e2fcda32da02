import { join } from 'node:path';
import { app, dialog, Menu, safeStorage } from 'electron';
import { defaultDataDir } from '../hosts/dataFolder.ts';
import { answerInText } from './answerInText.ts';
import { registerAppScheme, serveAppScheme } from './appScheme.ts';
import { CoreSupervisor } from './coreSupervisor.ts';
import { hasDisplay } from './display.ts';
import { hardenSessions } from './hardening.ts';
import { electronKeyring } from './keyring.ts';
import { createMenu } from './menu.ts';
import { handleQuitting } from './quitting.ts';
import { loadSecretKey } from './secretKey.ts';
import { parseShellArguments, type ShellArguments } from './shellArguments.ts';
import { handleShellMessages } from './shellMessages.ts';
import { textCommand } from './textCommand.ts';
import { createTray } from './tray.ts';
import { WindowManager } from './windowManager.ts';

const command = textCommand(process.argv, process.defaultApp === true);
if (command) await answerInText(command);
else if (hasDisplay(process.argv)) openDesktop(parseShellArguments(process.argv));
else {
  process.stderr.write(
    'There is no display to open a window on.\n`labdeck --headless` serves the window to a browser; `labdeck --doctor` looks at this machine.\n',
  );
  process.exit(1);
}

function openDesktop(options: ShellArguments): void {
  // A bench of its own has a shell profile of its own, so that two can run side by side.
  if (options.dataDir !== null) app.setPath('userData', join(options.dataDir, 'shell'));
  registerAppScheme();
  if (app.requestSingleInstanceLock()) run(options);
  else app.quit();
}

function run(options: ShellArguments): void {
  const dataDir = options.dataDir ?? process.env.LABDECK_DATA ?? defaultDataDir();
  const supervisor = new CoreSupervisor({
    entry: join(import.meta.dirname, 'core.js'),
    dataDir,
    verbose: options.verbose,
    secretKey: app.whenReady().then(() =>
      loadSecretKey({
        dir: dataDir,
        keyring: electronKeyring(safeStorage),
        warn: (text) => process.stderr.write(`${text}\n`),
      }),
    ),
  });
  const windows = new WindowManager({ preload: join(import.meta.dirname, '..', 'preload', 'preload.cjs') });

  supervisor.onDidFail((problem) => {
    dialog.showErrorBox(problem.message, problem.hint);
    app.quit();
  });
  handleShellMessages({ supervisor, windows });
  hardenSessions();

  app.on('second-instance', () => windows.show());
  app.on('activate', () => windows.show());
  // Closing windows never stops the bench: consoles go on recording, the tray brings a window back.
  app.on('window-all-closed', () => {});
  handleQuitting(supervisor);

  void app.whenReady().then(() => {
    serveAppScheme(join(import.meta.dirname, '..', 'renderer'));
    Menu.setApplicationMenu(createMenu(windows));
    supervisor.start();
    windows.open();
    createTray(windows);
  });
}
