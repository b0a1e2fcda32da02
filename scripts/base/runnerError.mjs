/** Something the person at the keyboard can act on: printed as message and hint, without a stack. */
export class RunnerError extends Error {
  /**
   * @param {string} message what went wrong
   * @param {string} [hint] what to do next
   */
  constructor(message, hint) {
    super(message);
    this.name = 'RunnerError';
    this.hint = hint;
  }
}
