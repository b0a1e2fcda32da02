export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Lines for people, on stderr or in a file. Never pass a secret or console bytes. */
export interface Logger {
  debug(message: string, facts?: Record<string, unknown>): void;
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
  child(scope: string): Logger;
}

const order: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A logger that hands each finished line to `write`; lines under `level` are dropped. */
export function createLogger(write: (line: string) => void, level: LogLevel = 'info', scope = ''): Logger {
  const log = (at: LogLevel) => (message: string, facts?: Record<string, unknown>) => {
    if (order[at] < order[level]) return;
    const where = scope === '' ? '' : ` ${scope}:`;
    write(
      `${new Date().toISOString()} ${at.padEnd(5)}${where} ${message}${facts ? ` ${format(facts)}` : ''}`,
    );
  };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (name) => createLogger(write, level, scope === '' ? name : `${scope}.${name}`),
  };
}

export const silentLogger: Logger = createLogger(() => {}, 'error');

function format(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .map(
      ([key, value]) =>
        `${key}=${value instanceof Error ? (value.stack ?? value.message) : JSON.stringify(value)}`,
    )
    .join(' ');
}
