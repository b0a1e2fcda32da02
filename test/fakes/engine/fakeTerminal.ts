import type { EngineModel, ModelContainer } from './engineModel.ts';
import { type Io, runScript } from './miniShell.ts';
import { shellHost } from './modelShell.ts';

/** What a program's prompt looks like. */
function promptOf(argv: readonly string[]): string {
  return argv[0] === 'lava-server' ? '>>> ' : '# ';
}

/** A shell on a terminal: it echoes, runs a line on Enter, gives it up on Ctrl+C, and ends on `exit`, Ctrl+D or hang-up. */
export async function runFakeTerminal(
  model: EngineModel,
  container: ModelContainer,
  [columns = '80', rows = '24', ...argv]: readonly string[],
  io: Io,
): Promise<number> {
  const size = { columns: Number(columns), rows: Number(rows) };
  const prompt = promptOf(argv);
  const lines = new LineDiscipline(io);
  const host = shellHost(model, container);
  const run: typeof host.run = async (words, inner) => {
    if (words.join(' ') !== 'stty size') return host.run(words, inner);
    await inner.out(`${size.rows} ${size.columns}\n`);
    return 0;
  };
  void (async () => {
    for await (const frame of framesOf(io.stdin)) {
      if (frame.kind === 'd') lines.type(frame.body.toString('utf8'));
      else Object.assign(size, { columns: frame.body.readUInt16BE(0), rows: frame.body.readUInt16BE(2) });
    }
    lines.hangUp();
  })();
  io.signal.addEventListener('abort', () => lines.hangUp(), { once: true });
  for (;;) {
    await io.out(prompt);
    const line = await lines.next();
    if (line === null) return 129;
    const exit = /^exit ?(\d*)$/.exec(line.trim());
    if (exit) return Number(exit[1]);
    const out = (bytes: Buffer | string) => io.out(bytes.toString().replaceAll('\n', '\r\n'));
    const inner = { stdin: null, out, err: (text: string) => void out(text), signal: lines.interrupted() };
    await runScript(line, inner, { ...host, run });
  }
}

/** What is typed, as lines; Ctrl+C gives up what runs. */
class LineDiscipline {
  readonly #io: Io;
  readonly #lines: string[] = [];
  #line = '';
  #waiting: ((line: string | null) => void) | null = null;
  #interrupt = new AbortController();
  #hungUp = false;

  constructor(io: Io) {
    this.#io = io;
  }

  type(text: string): void {
    for (const key of text) {
      if (key === '\x03') {
        void this.#io.out('^C\r\n');
        this.#line = '';
        this.#interrupt.abort(130);
      } else if (key === '\x04') this.hangUp();
      else if (key === '\r' || key === '\n') {
        void this.#io.out('\r\n');
        this.#lines.push(this.#line);
        this.#line = '';
      } else if (key === '\x7f') {
        if (this.#line !== '') void this.#io.out('\b \b');
        this.#line = [...this.#line].slice(0, -1).join('');
      } else {
        void this.#io.out(key);
        this.#line += key;
      }
    }
    this.#hand();
  }

  hangUp(): void {
    this.#hungUp = true;
    this.#interrupt.abort(129);
    this.#hand();
  }

  /** Aborted by the next Ctrl+C. */
  interrupted(): AbortSignal {
    this.#interrupt = new AbortController();
    if (this.#hungUp) this.#interrupt.abort(129);
    return this.#interrupt.signal;
  }

  /** null: nobody types any more. */
  next(): Promise<string | null> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#hand();
    });
  }

  #hand(): void {
    const waiting = this.#waiting;
    const line = this.#lines[0];
    if (!waiting || (line === undefined && !this.#hungUp)) return;
    this.#waiting = null;
    this.#lines.shift();
    waiting(line ?? null);
  }
}

async function* framesOf(
  stdin: AsyncIterable<Buffer> | null,
): AsyncGenerator<{ kind: string; body: Buffer }> {
  let rest = Buffer.alloc(0);
  for await (const bytes of stdin ?? []) {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 3 && rest.length >= 3 + rest.readUInt16BE(1)) {
      const size = rest.readUInt16BE(1);
      yield { kind: String.fromCharCode(rest[0] ?? 0), body: rest.subarray(3, 3 + size) };
      rest = rest.subarray(3 + size);
    }
  }
}
