/** The keys one needs over a serial console, from the kernel's Documentation/admin-guide/sysrq.rst. */
export const sysrqKeys: readonly { readonly key: string; readonly does: string }[] = [
  { key: 'h', does: 'Help' },
  { key: 't', does: 'Show all tasks' },
  { key: 'w', does: 'Show blocked tasks' },
  { key: 'l', does: 'Backtrace of active CPUs' },
  { key: 'm', does: 'Show memory' },
  { key: 'p', does: 'Show registers' },
  { key: 'e', does: 'End all processes (SIGTERM)' },
  { key: 'i', does: 'Kill all processes (SIGKILL)' },
  { key: 's', does: 'Sync file systems' },
  { key: 'u', does: 'Remount read-only' },
  { key: 'b', does: 'Reboot at once' },
  { key: 'o', does: 'Power off' },
  { key: 'c', does: 'Crash on purpose' },
];
