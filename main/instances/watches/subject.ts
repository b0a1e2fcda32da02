import type { GitPlace } from '../../contract/index.ts';

/** One open merge request or one branch: what an instance is kept for. */
export interface Subject {
  /** `!12`, or the name of the branch. */
  readonly subject: string;
  readonly title: string;
  readonly commit: string;
  readonly repository: string;
  readonly at: GitPlace;
}
