import type { SimMemory } from '../boardMemory.ts';
import { issueText, type Step } from './bootScript.ts';
import { type Command, splitCommands, splitWords } from './commandLine.ts';
import { LineEditor } from './lineEditor.ts';
import { runLinux } from './linux.ts';
import { bootDelayOf, type Phase, phaseAfter, promptOf, scriptOf } from './phases.ts';
import type { Job, Jump, Outcome } from './program.ts';
import { defaultEnv, runUboot } from './uboot.ts';

/** Above this the board waits for its UART, as a driver with a full FIFO does. */
const transmitHighWater = 1024;
const maxCommands = 64;
/** Steps per run: an endless `run` must not hold the core. */
const maxSteps = 4000;

/**
 * The board as a machine: what was typed and what time it is go in, text (latin1, one character per byte) and
 * the time of its next move come out. It owns no timer and does no I/O.
 */
export class SimMachine {
  readonly #remember: (memory: SimMemory) => void;
  readonly #editor = new LineEditor();
  #phase: Phase;
  #sinceMs: number;
  #bootedMs: number;
  #savedEnv: Readonly<Record<string, string>> | null;
  #env: Map<string, string>;
  #script: readonly Step[] = [];
  #nextStep = 0;
  #received = '';
  #transmit = '';
  #commands: Command[] = [];
  #job: (Job & { readonly startedMs: number }) | null = null;
  #ok = true;
  #promptDue = false;

  /** `memory` is what the last `remember` got: the board goes on from there without a word. */
  constructor(memory: SimMemory | null, nowMs: number, remember: (memory: SimMemory) => void) {
    this.#remember = remember;
    this.#phase = memory?.phase ?? 'off';
    this.#sinceMs = Math.min(memory?.sinceMs ?? nowMs, nowMs);
    this.#bootedMs = Math.min(memory?.bootedMs ?? nowMs, nowMs);
    this.#savedEnv = memory?.savedEnv ?? null;
    this.#env = new Map(Object.entries(memory?.env ?? this.#savedEnv ?? defaultEnv));
    this.#editor.echo = this.#phase !== 'password';
    this.#script = scriptOf(this.#phase, bootDelayOf(this.#env));
    // The board ran on while nobody was there; only the end of a script is never skipped, so that a boot
    // always ends with its prompt.
    const elapsedMs = nowMs - this.#sinceMs;
    const passed = this.#script.findIndex((step) => step.atMs > elapsedMs);
    this.#nextStep = passed < 0 ? Math.max(0, this.#script.length - 1) : passed;
  }

  /** Bytes typed but not read yet. */
  get unreadBytes(): number {
    return this.#received.length;
  }

  get hasOutput(): boolean {
    return this.#transmit !== '';
  }

  powerOn(nowMs: number): void {
    if (this.#phase === 'off') this.#reset(nowMs);
  }

  /** At once: what was still to be printed never is. */
  powerOff(nowMs: number): void {
    this.#transmit = '';
    this.#clearInput();
    this.#enter('off', nowMs);
  }

  type(text: string): void {
    if (this.#phase === 'off' || this.#phase === 'halted') return;
    // Ctrl-C overtakes what the board has not read yet; otherwise nothing stops a long paste.
    const interrupt = this.#received === '' ? -1 : text.indexOf('\x03');
    this.#received = interrupt < 0 ? this.#received + text : text.slice(interrupt);
  }

  /** Does what is due at `nowMs`, until it must wait: for time, for input, or for its UART. */
  run(nowMs: number): void {
    // The wall clock was set back: go on from here instead of waiting for the old time to come again.
    this.#sinceMs = Math.min(this.#sinceMs, nowMs);
    if (this.#job && this.#job.startedMs > nowMs) this.#job = { ...this.#job, startedMs: nowMs };
    for (let steps = 0; steps < maxSteps; steps++) if (!this.#step(nowMs)) return;
  }

  /** Hands over up to `max` characters of output. */
  take(max: number): string {
    const out = this.#transmit.slice(0, max);
    this.#transmit = this.#transmit.slice(out.length);
    return out;
  }

  /** When it has something to do, if nobody types; null: never. */
  dueMs(nowMs: number): number | null {
    if (this.#phase === 'off' || this.#phase === 'halted') return null;
    const step = this.#script[this.#nextStep];
    if (step) return this.#sinceMs + step.atMs;
    if (this.#job?.kind === 'sleep') return this.#job.startedMs + this.#job.ms;
    return this.#job || this.#commands.length > 0 || this.#promptDue || this.#received !== '' ? nowMs : null;
  }

  #step(nowMs: number): boolean {
    if (this.#transmit.length >= transmitHighWater) return false;
    if (this.#phase === 'off' || this.#phase === 'halted') return false;
    if (this.#script.length > 0) return this.#stepScript(nowMs);
    if (this.#job) return this.#stepJob(this.#job, nowMs);
    const command = this.#commands.shift();
    if (command) return this.#runCommand(command, nowMs);
    if (this.#promptDue) {
      this.#promptDue = false;
      this.#print(promptOf(this.#phase) ?? '');
      return true;
    }
    if (this.#received === '') return false;
    this.#readByte(nowMs);
    return true;
  }

  #stepScript(nowMs: number): boolean {
    if (this.#phase === 'countdown' && this.#received !== '') {
      this.#received = this.#received.slice(1);
      this.#print('\n');
      this.#enter('uboot', nowMs);
      return true;
    }
    const step = this.#script[this.#nextStep];
    if (step && nowMs < this.#sinceMs + step.atMs) return false;
    if (step) this.#print(step.text);
    this.#nextStep++;
    if (this.#nextStep >= this.#script.length) this.#endScript(this.#sinceMs + (step?.atMs ?? 0), nowMs);
    return true;
  }

  /** The next phase begins when the script was to end, not when somebody got round to it. */
  #endScript(endMs: number, nowMs: number): void {
    const startMs = nowMs - endMs > 1000 ? nowMs : endMs;
    if (this.#phase === 'countdown') {
      this.#enter('uboot', startMs);
      this.#promptDue = false;
      this.#queue('boot');
      return;
    }
    const next = phaseAfter(this.#phase, bootDelayOf(this.#env));
    if (next === 'banner') this.#reset(startMs);
    else this.#enter(next, startMs);
  }

  #stepJob(job: Job & { readonly startedMs: number }, nowMs: number): boolean {
    const interrupt = this.#received.indexOf('\x03');
    if (interrupt >= 0) {
      this.#received = this.#received.slice(interrupt + 1);
      this.#interrupt();
      return true;
    }
    if (job.kind === 'sleep') {
      if (nowMs < job.startedMs + job.ms) return false;
      this.#job = null;
      this.#print(job.thenPrint ?? '');
      return true;
    }
    const text = job.next();
    if (text === null) this.#job = null;
    else this.#print(text);
    return true;
  }

  #readByte(nowMs: number): void {
    const key = this.#editor.feed(this.#received.charAt(0));
    this.#received = this.#received.slice(1);
    this.#print(key.echo);
    if (key.interrupt) this.#interrupt();
    else if (key.endOfFile && this.#phase === 'shell') this.#jump('log-out', nowMs);
    else if (key.line !== undefined) this.#readLine(key.line, nowMs);
  }

  #interrupt(): void {
    this.#job = null;
    this.#commands = [];
    this.#ok = false;
    this.#print(this.#phase === 'uboot' ? '<INTERRUPT>\n' : '^C\n');
    if (this.#phase === 'password') this.#enter('login', this.#sinceMs);
    this.#promptDue = true;
  }

  #readLine(line: string, nowMs: number): void {
    if (this.#phase === 'login') {
      const user = line.trim();
      if (user === 'root') {
        this.#print('\nThis board is simulated by Labdeck.\n');
        this.#enter('shell', nowMs);
      } else if (user === '') this.#promptDue = true;
      else this.#enter('password', nowMs);
    } else if (this.#phase === 'password') {
      this.#enter('login', nowMs);
      this.#job = { kind: 'sleep', ms: 1000, thenPrint: '\nLogin incorrect\n', startedMs: nowMs };
    } else {
      this.#queue(line);
      this.#promptDue = true;
    }
  }

  #queue(line: string): void {
    this.#commands.unshift(...splitCommands(line));
    if (this.#commands.length <= maxCommands) return;
    this.#commands = [];
    this.#ok = false;
    this.#print('## Error: too many commands\n');
  }

  #runCommand({ text, when }: Command, nowMs: number): boolean {
    if (when !== 'always' && (when === 'ok') !== this.#ok) return true;
    const outcome = this.#phase === 'uboot' ? this.#runUboot(text) : this.#runLinux(text, nowMs);
    this.#ok = outcome.ok;
    this.#print(outcome.print ?? '');
    if (outcome.job) this.#job = { ...outcome.job, startedMs: nowMs };
    // What a variable holds runs before the rest of the line.
    if (outcome.run !== undefined) this.#queue(outcome.run);
    if (outcome.jump) this.#jump(outcome.jump, nowMs);
    else this.#promptDue = true;
    return true;
  }

  #runUboot(text: string): Outcome {
    const argv = splitWords(text, (name) =>
      name === '?' ? String(this.#ok ? 0 : 1) : (this.#env.get(name) ?? ''),
    );
    return runUboot(argv, {
      env: this.#env,
      touchEnv: () => this.#save(),
      saveEnv: () => {
        this.#savedEnv = Object.fromEntries(this.#env);
        this.#save();
      },
    });
  }

  #runLinux(text: string, nowMs: number): Outcome {
    const argv = splitWords(text, (name) => (name === '?' ? String(this.#ok ? 0 : 1) : ''));
    return runLinux(argv, { nowMs, uptimeMs: Math.max(0, nowMs - this.#bootedMs) });
  }

  #jump(to: Jump, nowMs: number): void {
    this.#commands = [];
    if (to === 'reset') this.#reset(nowMs);
    else if (to === 'boot-kernel') {
      this.#bootedMs = nowMs;
      this.#enter('kernel', nowMs);
    } else if (to === 'log-out') {
      this.#print(`\n${issueText}`);
      this.#enter('login', nowMs);
    } else {
      this.#clearInput();
      this.#enter(to === 'halt' ? 'halted' : to, nowMs);
    }
  }

  /** What the reset line does: RAM is gone, the saved environment counts again. */
  #reset(nowMs: number): void {
    this.#clearInput();
    this.#env = new Map(Object.entries(this.#savedEnv ?? defaultEnv));
    this.#enter('banner', nowMs);
  }

  #clearInput(): void {
    this.#received = '';
    this.#commands = [];
    this.#job = null;
    this.#ok = true;
    this.#editor.reset();
  }

  #enter(phase: Phase, nowMs: number): void {
    this.#phase = phase;
    this.#sinceMs = nowMs;
    this.#script = scriptOf(phase, bootDelayOf(this.#env));
    this.#nextStep = 0;
    this.#promptDue = promptOf(phase) !== null;
    this.#editor.echo = phase !== 'password';
    this.#save();
  }

  #save(): void {
    this.#remember({
      phase: this.#phase,
      sinceMs: this.#sinceMs,
      bootedMs: this.#bootedMs,
      savedEnv: this.#savedEnv,
      env: Object.fromEntries(this.#env),
    });
  }

  #print(text: string): void {
    this.#transmit += text.replaceAll('\n', '\r\n');
  }
}
