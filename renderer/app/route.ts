/** What the workspace shows. It is kept in the address, so that a reload and a new window find it again. */
export type Route =
  | { readonly page: 'bench'; readonly boardId: string | null }
  | { readonly page: 'ports' }
  | { readonly page: 'settings' };

export function parseRoute(hash: string): Route {
  const [page, id] = hash.replace(/^#\/?/, '').split('/');
  if (page === 'settings' || page === 'ports') return { page };
  return { page: 'bench', boardId: id !== undefined && /^[a-z0-9-]{1,63}$/.test(id) ? id : null };
}

export function formatRoute(route: Route): string {
  if (route.page !== 'bench') return `#/${route.page}`;
  return route.boardId === null ? '#/bench' : `#/bench/${route.boardId}`;
}
