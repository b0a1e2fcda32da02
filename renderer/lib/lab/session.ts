/** The token a link opened by `npm start` carries in its fragment; null when it carries none. */
export function tokenInFragment(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#\/?/, '')).get('token');
  return token === null || token === '' ? null : token;
}

/** Exchanges the token for a session cookie the page itself can't read. Answers whether it was accepted. */
export async function startSession(token: string): Promise<boolean> {
  const response = await fetch('/session', {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    credentials: 'same-origin',
  });
  return response.ok;
}

/** False only when the core says that we have no session; true also when it can't be asked. */
export async function hasSession(): Promise<boolean> {
  try {
    const response = await fetch('/api/v1/health', { credentials: 'same-origin' });
    return response.status !== 401;
  } catch {
    return true;
  }
}

/** Takes the token out of the address bar and the history, whether or not it was any good. */
export async function adoptTokenFromFragment(): Promise<void> {
  const token = tokenInFragment(window.location.hash);
  if (token === null) return;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  await startSession(token).catch(() => false);
}
