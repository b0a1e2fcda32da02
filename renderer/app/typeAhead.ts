/**
 * Catches what is typed between the key that opens a field and the moment that field has the focus: it is
 * meant for the field, must not reach a board, and should not be lost either.
 */
export class TypeAhead {
  #text = '';
  #catching = false;
  readonly #target: Pick<Window, 'addEventListener' | 'removeEventListener'>;

  constructor(target: Pick<Window, 'addEventListener' | 'removeEventListener'>) {
    this.#target = target;
  }

  start(): void {
    if (this.#catching) return;
    this.#text = '';
    this.#catching = true;
    this.#target.addEventListener('keydown', this.#onKey, { capture: true });
  }

  /** Ends the catch and hands over what was typed. */
  take(): string {
    this.#catching = false;
    this.#target.removeEventListener('keydown', this.#onKey, { capture: true });
    const text = this.#text;
    this.#text = '';
    return text;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1) this.#text += event.key;
    else if (event.key === 'Backspace') this.#text = this.#text.slice(0, -1);
    else if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
  };
}
