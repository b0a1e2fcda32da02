/** At each of some ascending offsets something is known of the bytes from there on, such as when they arrived. */
export class KnownFrom<T> {
  #offsets: number[] = [];
  #values: T[] = [];
  readonly #unknown: T;

  /** `unknown` is what is said where nothing is known at all. */
  constructor(unknown: T) {
    this.#unknown = unknown;
  }

  add(offset: number, value: T): void {
    this.#offsets.push(offset);
    this.#values.push(value);
  }

  /** Of the byte at `offset`; the first known, for bytes before that. */
  at(offset: number): T {
    return this.#values[Math.max(0, this.#indexOf(offset))] ?? this.#unknown;
  }

  forgetBefore(offset: number): void {
    const index = this.#indexOf(offset);
    if (index <= 0) return;
    this.#offsets = this.#offsets.slice(index);
    this.#values = this.#values.slice(index);
  }

  /** The last point at or before `offset`; -1: none. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#offsets[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
