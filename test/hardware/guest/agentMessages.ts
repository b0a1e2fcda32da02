/** What the agent in the guest is asked to run. */
export interface ProgramStart {
  readonly argv: readonly [string, ...string[]];
  /** Beside the agent's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** It is killed after this long; not for one that stays. */
  readonly timeoutMs?: number;
  /** Where the output of one that stays goes. */
  readonly logFile?: string;
}

export interface ProgramEnd {
  /** null: ended by a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}
