/** What the workspace shows. It is kept in the address, so that a reload and a new window find it again. */
export type Route =
  | { readonly page: 'bench'; readonly boardId: string | null }
  | { readonly page: 'ports' }
  | { readonly page: 'wall' }
  | { readonly page: 'tasks' }
  | { readonly page: 'settings' };

export function parseRoute(hash: string): Route {
  const [page, id] = hash.replace(/^#\/?/, '').split('/');
  if (page === 'settings' || page === 'ports' || page === 'wall' || page === 'tasks') return { page };
  return { page: 'bench', boardId: id !== undefined && /^[a-z0-9-]{1,63}$/.test(id) ? id : null };
}

/** Where the board list stands beside the workspace; elsewhere the workspace has its room. */
export function hasBoardList(route: Route): boolean {
  return route.page === 'bench' || route.page === 'ports';
}

export function formatRoute(route: Route): string {
  if (route.page !== 'bench') return `#/${route.page}`;
  return route.boardId === null ? '#/bench' : `#/bench/${route.boardId}`;
}
