export type GeneratorCommand =
  /** Makes the text ready, so that making it is not timed. */
  | { readonly type: 'prepare'; readonly seed: number; readonly bytes: number }
  /** Prints it on line 0, as fast as it is taken. */
  | { readonly type: 'flood' }
  /** Prints `consoleText(line, bytesPerSecond * seconds)` on every line at a UART's pace. */
  | {
      readonly type: 'drip';
      readonly lines: number;
      readonly bytesPerSecond: number;
      readonly seconds: number;
      readonly tickMs: number;
    };

export type GeneratorAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'prepared' }
  | {
      readonly type: 'done';
      /** Nanoseconds of the monotonic clock, which all processes share. */
      readonly startNs: string;
      readonly endNs: string;
      /** How late, at worst, a line got its turn, in milliseconds. */
      readonly latestMs: number;
    };
