/** What one typed byte did. Text is latin1: one character per byte. */
export interface Keystroke {
  readonly echo: string;
  /** The finished line, without its end. */
  readonly line?: string;
  readonly interrupt?: true;
  /** Ctrl-D on an empty line. */
  readonly endOfFile?: true;
}

const maxLine = 1024;
const nothing: Keystroke = { echo: '' };

/** A line being typed on a serial console: echo, backspace, Ctrl-U, Ctrl-W, Ctrl-C, Ctrl-D. Any byte is safe. */
export class LineEditor {
  #line = '';
  #escape: 'none' | 'started' | 'sequence' = 'none';
  #lastWasCr = false;
  /** False while a password is typed. */
  echo = true;

  reset(): void {
    this.#line = '';
    this.#escape = 'none';
    this.echo = true;
  }

  /** Takes one byte as a latin1 character. */
  feed(char: string): Keystroke {
    const code = char.charCodeAt(0);
    const afterCr = this.#lastWasCr;
    this.#lastWasCr = code === 0x0d;
    if (this.#escape !== 'none') return this.#swallowEscape(code);
    if (code === 0x0a && afterCr) return nothing;
    if (code === 0x0d || code === 0x0a) return this.#finish();
    if (code === 0x03) {
      this.#line = '';
      return { echo: '', interrupt: true };
    }
    if (code === 0x04) return this.#line === '' ? { echo: '', endOfFile: true } : nothing;
    if (code === 0x08 || code === 0x7f) return this.#erase(1);
    if (code === 0x15) return this.#erase(this.#line.length);
    if (code === 0x17) return this.#erase(this.#line.length - this.#line.search(/\S*\s*$/));
    if (code === 0x1b) this.#escape = 'started';
    if (code < 0x20) return nothing;
    if (this.#line.length >= maxLine) return { echo: '\x07' };
    this.#line += char;
    return { echo: this.echo ? char : '' };
  }

  /** Arrow and function keys send sequences; a board without history does nothing with them. */
  #swallowEscape(code: number): Keystroke {
    if (this.#escape === 'started') this.#escape = code === 0x5b || code === 0x4f ? 'sequence' : 'none';
    else if (code < 0x20 || code >= 0x40) this.#escape = 'none';
    return nothing;
  }

  #finish(): Keystroke {
    const line = this.#line;
    this.#line = '';
    return { echo: '\n', line };
  }

  #erase(count: number): Keystroke {
    let kept = this.#line.length - Math.min(count, this.#line.length);
    // Never leave half a UTF-8 character behind.
    while (kept > 0 && isContinuation(this.#line, kept)) kept--;
    const columns = [...this.#line.slice(kept)].filter((c) => !isContinuation(c, 0)).length;
    this.#line = this.#line.slice(0, kept);
    return { echo: this.echo ? '\b \b'.repeat(columns) : '' };
  }
}

function isContinuation(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x80 && code < 0xc0;
}
