/** A page that is going to be opened: where it leads is not known yet. */
export interface LaterPage {
  go(url: string): void;
  giveUp(): void;
}

/**
 * Opens an instance's page. In the desktop app the shell hands the address to the system's browser; in a browser a
 * tab is opened now and sent there when the address is known, since it would be taken for a popup later.
 */
export function openLater(): LaterPage {
  const shell = window.labdeckShell;
  if (shell !== undefined) return { go: (url) => shell.openInstance(url), giveUp: () => {} };
  const tab = window.open('', '_blank');
  // What runs in an instance is not ours: it gets no hold on this page.
  if (tab !== null) tab.opener = null;
  return {
    go: (url) => {
      if (tab === null) window.open(url, '_blank', 'noopener,noreferrer');
      else tab.location.replace(url);
    },
    giveUp: () => tab?.close(),
  };
}
