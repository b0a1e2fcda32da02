import { app, dialog } from 'electron';
import type { CoreSupervisor } from './coreSupervisor.ts';

/**
 * Ends the app once its core has ended kindly. Somebody who quits while a script holds a console or a task runs is
 * asked first; the end of the session (a signal) is not to be argued with.
 */
export function handleQuitting(supervisor: CoreSupervisor): void {
  let stopped = false;
  let asking = false;
  const end = async () => {
    await supervisor.stop();
    stopped = true;
    app.quit();
  };
  // Chromium takes these for itself while it starts, and then asks as for any quit. Whoever listened before hears
  // nothing any more, and Node asks the system anew only for a first listener: so all go, and ours comes now.
  void app.whenReady().then(() => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.removeAllListeners(signal).on(signal, () => void end());
  });
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    // Playwright and session managers ask more than once.
    if (asking) return;
    asking = true;
    void confirm(supervisor).then(async (agreed) => {
      if (agreed) await end();
      asking = false;
    });
  });
}

async function confirm(supervisor: CoreSupervisor): Promise<boolean> {
  const busy = await supervisor.busy();
  if (busy.length === 0) return true;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: 'Quit while the bench is busy?',
    detail: busy.join('\n'),
    buttons: ['Keep running', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}
