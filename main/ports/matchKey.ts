import path from 'node:path';
import type { PortMatch } from '../contract/index.ts';

/**
 * Names what a match means, for maps and files: two matches of one key mean the same port, whoever writes them. Who
 * sits in a socket is no part of it.
 */
export function matchKey(match: PortMatch): string {
  switch (match.by) {
    case 'serial':
      return ['serial', match.vendorId, match.productId, match.value, match.interface ?? '', match.path ?? '']
        .join(':')
        .replace(/:+$/, '');
    case 'socket':
      return `socket:${match.value}${match.interface === null ? '' : `:${match.interface}`}`;
    case 'device':
      return `device:${path.normalize(match.value)}`;
    default:
      return `${match.by}:${match.value}`;
  }
}
