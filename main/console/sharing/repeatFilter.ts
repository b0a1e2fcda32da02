/** The same news is not told again sooner: a script that goes on typing would hear nothing else. */
const repeatAfterMs = 5_000;

/** Lets a text pass unless it was the last one, a moment ago. */
export class RepeatFilter {
  #text = '';
  #atMs = Number.NEGATIVE_INFINITY;

  /** `nowMs`: of a clock that never steps. */
  isNews(text: string, nowMs: number): boolean {
    if (text === this.#text && nowMs < this.#atMs + repeatAfterMs) return false;
    this.#text = text;
    this.#atMs = nowMs;
    return true;
  }

  /** Whatever was told was not heard. */
  forget(): void {
    this.#text = '';
    this.#atMs = Number.NEGATIVE_INFINITY;
  }
}
