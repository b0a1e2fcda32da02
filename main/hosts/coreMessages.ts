/** What the shell tells the core in its utility process; a window's two ports come along with `window`. */
export type ShellMessage =
  | {
      readonly type: 'start';
      readonly dataDir: string;
      readonly verbose: boolean;
      /** 32 bytes, for the secret store; in a message, because argv and environment are others' to read. */
      readonly secretKey: Uint8Array | null;
    }
  | { readonly type: 'window' }
  | { readonly type: 'ping' }
  | { readonly type: 'close' };

export type CoreMessage =
  | { readonly type: 'ready' }
  /** `busy`: what quitting would cut short, a line each, for people. */
  | { readonly type: 'pong'; readonly busy: readonly string[] }
  /** It cannot start, and why: a LabError's parts. */
  | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly hint: string };
