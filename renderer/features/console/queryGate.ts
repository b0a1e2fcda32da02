import type { IParser } from '@xterm/xterm';

/**
 * Programs ask a terminal things (where is the cursor, what are you) and xterm answers by itself, as if
 * typed. That must not happen when a recording is replayed or when several windows show one console:
 * the board would read answers nobody gave. So each query is swallowed unless `mayAnswer` says yes.
 */
export class QueryGate {
  #muteFocusReport = false;

  constructor(parser: IParser, mayAnswer: () => boolean) {
    const swallow = () => !mayAnswer();
    for (const prefix of ['', '?', '>', '=']) {
      const id = prefix === '' ? {} : { prefix };
      parser.registerCsiHandler({ ...id, final: 'c' }, swallow); // device attributes
      parser.registerCsiHandler({ ...id, final: 'n' }, swallow); // device and cursor status
      parser.registerCsiHandler({ ...id, intermediates: '$', final: 'p' }, swallow); // is a mode set
    }
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow); // is a setting set
    for (const color of [4, 10, 11, 12]) {
      // The same numbers set colors; only a question mark asks.
      parser.registerOscHandler(color, (data) => data.includes('?') && !mayAnswer());
    }
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, (params) => {
      // Switching focus reports on makes xterm report at once; the mode itself must be kept.
      if (params.includes(1004) && !mayAnswer()) this.#muteOneFocusReport();
      return false;
    });
  }

  /** For everything xterm wants sent: false for the one report that must not leave. */
  lets(data: string): boolean {
    return !(this.#muteFocusReport && (data === '\x1b[I' || data === '\x1b[O'));
  }

  #muteOneFocusReport(): void {
    this.#muteFocusReport = true;
    // xterm reports within the same turn, if it does.
    queueMicrotask(() => {
      this.#muteFocusReport = false;
    });
  }
}
