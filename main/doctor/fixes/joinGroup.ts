import { asRoot, type Fix, makeFix } from './fix.ts';

/** What usermod takes for a name, and not for an option. */
const sound = /^[^-\s:,][^\s:,]*$/;

/** Puts a user into a group; null where a name is none. */
export function joinGroup(user: string, group: string): Fix | null {
  if (!sound.test(user) || !sound.test(group)) return null;
  return makeFix(`Join the group ${group}`, [asRoot('usermod', '-aG', group, user)], {
    undo: [asRoot('gpasswd', '-d', user, group)],
    afterwards: 'Log out and in again, then start Labdeck again.',
  });
}
