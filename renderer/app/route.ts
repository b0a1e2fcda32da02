/** What the workspace shows. It is kept in the address, so that a reload and a new window find it again. */
export type Route =
  | { readonly page: 'bench'; readonly boardId: string | null }
  | { readonly page: 'ports' }
  | { readonly page: 'usb' }
  | { readonly page: 'wall' }
  /** `name`: the one instance it shows; null: all. */
  | { readonly page: 'instances'; readonly name: string | null }
  | { readonly page: 'backups' }
  | { readonly page: 'images' }
  | { readonly page: 'watches' }
  | { readonly page: 'tasks' }
  | { readonly page: 'doctor' }
  | { readonly page: 'settings' };

export function parseRoute(hash: string): Route {
  const [page, id] = hash.replace(/^#\/?/, '').split('/');
  const name = id !== undefined && /^[a-z0-9-]{1,63}$/.test(id) ? id : null;
  if (page === 'settings' || page === 'ports' || page === 'wall' || page === 'tasks') return { page };
  if (page === 'doctor' || page === 'usb') return { page };
  if (page === 'backups' || page === 'images' || page === 'watches') return { page };
  if (page === 'instances') return { page, name };
  return { page: 'bench', boardId: name };
}

/** The pages about instances, which are one section. */
export function isAboutInstances({ page }: Route): boolean {
  return page === 'instances' || page === 'backups' || page === 'images' || page === 'watches';
}

/** The serial ports and the hubs they are plugged into: two tabs of one page. */
export function isAboutPorts({ page }: Route): boolean {
  return page === 'ports' || page === 'usb';
}

/** Where the board list stands beside the workspace; elsewhere the workspace has its room. */
export function hasBoardList(route: Route): boolean {
  return route.page === 'bench' || isAboutPorts(route);
}

export function formatRoute(route: Route): string {
  if (route.page === 'instances' && route.name !== null) return `#/instances/${route.name}`;
  if (route.page !== 'bench') return `#/${route.page}`;
  return route.boardId === null ? '#/bench' : `#/bench/${route.boardId}`;
}
