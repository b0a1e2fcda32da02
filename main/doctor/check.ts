import type { Finding } from '../contract/index.ts';
import type { Fix } from './fixes/fix.ts';

/** What a check says of one thing it looked at. */
export interface Found {
  /** Which of several things it looked at; left out: the check looks at one. */
  readonly about?: string;
  readonly severity: Finding['severity'];
  readonly title: string;
  readonly what: string;
  readonly why: string;
  readonly fix?: Fix | null;
}

/** One thing the doctor looks at. */
export interface Check {
  /** `port-access`: the beginning of its findings' ids. */
  readonly name: string;
  /** What is looked at, for when that could not be done: `Access to serial ports`. */
  readonly title: string;
  readonly group: Finding['group'];
  /** Looked at again when ports come or go. */
  readonly followsPorts: boolean;
  /** It is given up after so long, in milliseconds; left out: 6 s. */
  readonly timeoutMs?: number;
  /** Rejects when it cannot be found out; the reason is shown. Changes nothing. */
  look(signal: AbortSignal): Promise<Found[]>;
}
