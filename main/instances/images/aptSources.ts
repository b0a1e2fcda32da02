/** Addresses of the archives a machine's own apt fetches from: parsing of what sources.list(5) describes. */

/** Of a file in the one-line format; only `deb` lines, and only of the web. */
export function archivesInList(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, address] = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+\S+/.exec(line) ?? [];
    return address !== undefined && isWeb(address) ? [address] : [];
  });
}

/** Of a file of deb822 stanzas that are not switched off. */
export function archivesInStanzas(text: string): string[] {
  const withoutComments = text.replace(/^#.*\n?/gm, '');
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    // A line that begins with a blank belongs to the one before.
    for (const line of stanza.replace(/\n[ \t]+/g, ' ').split('\n')) {
      const [, name = '', value = ''] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
      fields.set(name.toLowerCase(), value.trim());
    }
    const isOn = !/^(no|false|0|off|disable)$/i.test(fields.get('enabled') ?? 'yes');
    const hasPackages = /(^|\s)deb(\s|$)/.test(fields.get('types') ?? '');
    return isOn && hasPackages ? (fields.get('uris') ?? '').split(/\s+/).filter(isWeb) : [];
  });
}

const isWeb = (address: string) => /^https?:\/\/[^\s"']+$/.test(address);
