/** The last so many characters of what a task says. */
const maxLogLength = 64 * 1024;

/** A log that never grows beyond 64 KiB: the beginning is given up, whole lines at a time. */
export class TaskLog {
  #text = '';

  add(text: string): void {
    this.#text += text.endsWith('\n') ? text : `${text}\n`;
    if (this.#text.length <= maxLogLength) return;
    const tail = this.#text.slice(-maxLogLength);
    this.#text = tail.slice(tail.indexOf('\n') + 1);
  }

  get text(): string {
    return this.#text;
  }
}
