import { WebLinksAddon } from '@xterm/addon-web-links';
import type { Terminal } from '@xterm/xterm';

/**
 * Web addresses in the output, plain or as OSC 8 hyperlinks: pointing at one hands it over, and nothing is
 * opened. What a link says and where it leads can differ; the user sees the address before going there.
 */
export function followLinks(terminal: Terminal, onLink: (url: string) => void): void {
  const hand = (_event: MouseEvent, url: string) => {
    if (isWebAddress(url)) onLink(url);
  };
  terminal.loadAddon(new WebLinksAddon(hand));
  terminal.options.linkHandler = { activate: hand, allowNonHttpProtocols: false };
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}
