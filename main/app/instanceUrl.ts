/** True for a page of an instance: plain HTTP on this machine's loopback, on a port of its own. */
export function isInstanceUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port, username, password } = new URL(text);
  return (
    protocol === 'http:' &&
    hostname === '127.0.0.1' &&
    Number(port) >= 1024 &&
    username === '' &&
    password === ''
  );
}
