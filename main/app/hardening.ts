import { app, type IpcMainEvent, session, type WebContents } from 'electron';
import { appOrigin } from './appScheme.ts';

/** Whatever a page tries beyond showing itself is refused: it goes nowhere, opens nothing, is granted nothing. */
export function hardenSessions(): void {
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
  void app.whenReady().then(() => {
    session.defaultSession.setPermissionRequestHandler((contents, permission, answer) => {
      // Copying out of a terminal is the one thing a bench cannot do without.
      answer(permission === 'clipboard-sanitized-write' && isOurs(contents.getURL()));
    });
    session.defaultSession.setPermissionCheckHandler(
      (_contents, permission, origin) => permission === 'clipboard-sanitized-write' && isOurs(`${origin}/`),
    );
    session.defaultSession.setDevicePermissionHandler(() => false);
  });
}

function hardenContents(contents: WebContents): void {
  contents.on('will-navigate', (event, url) => {
    if (!isOurs(url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Only the top frame of our own page may speak to the shell. */
export function isTrustedSender(event: IpcMainEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame === event.sender.mainFrame && isOurs(frame.url);
}

function isOurs(url: string): boolean {
  return url.startsWith(`${appOrigin}/`);
}
