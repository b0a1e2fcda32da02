const pollMs = 500;

/**
 * Ends this process, as SIGTERM would, when npm is gone. npm runs a script through a shell and passes SIGTERM to
 * the shell alone, which dies and leaves us behind: whoever stops `npm start` would leave a host running.
 */
export function followParent() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    process.kill(process.pid, 'SIGTERM');
  }, pollMs);
  poll.unref();
}
